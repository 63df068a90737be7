import { existsSync } from 'node:fs';

/**
 * Files of /proc that tell of the machine and its kernel rather than of the process; with any user's rights some
 * help an attack on the kernel, and with root's some can be written.
 */
const COVERED_FILES = [
  ...['cmdline', 'config.gz', 'consoles', 'diskstats', 'interrupts', 'iomem', 'ioports', 'kallsyms', 'kcore'],
  ...['key-users', 'keys', 'kmsg', 'kpagecgroup', 'kpagecount', 'kpageflags', 'latency_stats', 'locks'],
  ...['mtrr', 'pagetypeinfo', 'partitions', 'sched_debug', 'slabinfo', 'softirqs', 'swaps'],
  ...['sysrq-trigger', 'timer_list', 'timer_stats', 'vmallocinfo'],
];
const COVERED_FOLDERS = ['acpi', 'asound', 'bus', 'fs', 'irq', 'pressure', 'scsi', 'tty'];
const DRIVER_FOLDER = 'driver';

/**
 * bubblewrap's arguments, after `--proc /proc`, that hide what is not the worker's business. Kernel settings stay
 * to be read, as libraries do, but not to be written: a worker of root's could.
 */
export function processFilesCover({ cuda }: { readonly cuda: boolean }): string[] {
  const folders = cuda ? COVERED_FOLDERS : [...COVERED_FOLDERS, DRIVER_FOLDER];
  return [
    ...['--ro-bind', '/proc/sys', '/proc/sys'],
    ...present(COVERED_FILES).flatMap((file) => ['--ro-bind', '/dev/null', file]),
    ...present(folders).flatMap((folder) => ['--tmpfs', folder, '--remount-ro', folder]),
  ];
}

function present(names: readonly string[]): string[] {
  return names.map((name) => `/proc/${name}`).filter((file) => existsSync(file));
}
