import { afterAll, describe, expect, it } from 'vitest';
import {
  isFilteredArchitecture,
  systemCallFilter,
} from '../../../../src/agent/sandbox/seccomp/system-call-filter.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { type CallToMake, SystemCallMaker } from './system-call-maker.ts';

const SIGSYS = 31;
const EPERM = 1;
const EINVAL = 22;
const ENOTTY = 25;
const ENOSYS = 38;
const KILLED = `signal ${SIGSYS}`;
/** No process has it; the kernel then says so, after the filter let the call pass. */
const OWN_PID = 4_194_303;
const NO_SUCH_PROCESS = 'errno 3';
const BAD_DESCRIPTOR = 'errno 9';
const NOWHERE = -1;

const architecture = process.arch;
if (!isFilteredArchitecture(architecture)) throw new Error(`There is no filter for ${architecture}.`);
const isX64 = architecture === 'x64';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const maker = await SystemCallMaker.build(folder.path);
const filter = systemCallFilter({ architecture, ownPid: OWN_PID });
const filterForCuda = systemCallFilter({ architecture, ownPid: OWN_PID, cuda: true });

async function outcome(call: CallToMake, by = filter): Promise<string | undefined> {
  return (await maker.make([call], by)).get(call.call);
}

/** Outcomes of calls without arguments, made once. */
async function outcomes(names: readonly string[]): Promise<Map<string, string>> {
  return maker.make(
    names.map((call) => ({ call })),
    filter,
  );
}

describe('a process under the filter', () => {
  const deadly = [
    ...['ptrace', 'process_vm_readv', 'process_vm_writev', 'process_madvise', 'pidfd_getfd', 'kcmp'],
    ...['pidfd_send_signal', 'move_pages', 'migrate_pages', 'bpf', 'keyctl', 'add_key', 'request_key'],
    ...[
      'mount',
      'umount2',
      'pivot_root',
      'chroot',
      'open_tree',
      'move_mount',
      'fsopen',
      'fsconfig',
      'fsmount',
    ],
    ...['fspick', 'mount_setattr', 'unshare', 'setns', 'userfaultfd', 'open_by_handle_at', 'memfd_secret'],
    ...[
      'kexec_load',
      'init_module',
      'finit_module',
      'delete_module',
      'swapon',
      'swapoff',
      'acct',
      'quotactl',
    ],
    ...[
      'quotactl_fd',
      'nfsservctl',
      'reboot',
      'clock_settime',
      'settimeofday',
      'sethostname',
      'fanotify_init',
    ],
    ...['fanotify_mark', 'syslog', 'vhangup', 'vmsplice', 'remap_file_pages'],
    ...(isX64 ? ['kexec_file_load', 'modify_ldt', 'ioperm', 'iopl', 'uselib'] : []),
  ];
  it('is ended by calls that only attacks make', async () => {
    const made = await outcomes(deadly);
    expect(Object.fromEntries(made)).toEqual(Object.fromEntries(deadly.map((call) => [call, KILLED])));
  });

  const refused = [
    ...['socketpair', 'socket', 'bind', 'listen', 'setsockopt', 'connect', 'accept4', 'sendmsg', 'recvmsg'],
    ...['sendto', 'recvfrom', 'sendmmsg', 'recvmmsg', 'execveat', 'wait4', 'tkill', 'rt_sigqueueinfo'],
    ...['rt_tgsigqueueinfo', 'pidfd_open', 'perf_event_open', 'seccomp', 'landlock_create_ruleset'],
    ...[
      'landlock_restrict_self',
      'name_to_handle_at',
      'inotify_init1',
      'adjtimex',
      'clock_adjtime',
      'shmget',
    ],
    ...['msgget', 'semget', 'mq_open', 'setpriority', 'sched_setscheduler', 'sched_setattr', 'ioprio_set'],
    ...['setuid', 'setsid', 'capset', 'mknodat', 'fchownat', 'linkat', 'symlinkat', 'setxattr'],
    ...(isX64 ? ['fork', 'vfork', 'accept', 'symlink', 'link', 'mknod'] : []),
  ];
  it('fails at calls that libraries try and can do without', async () => {
    const made = await outcomes(refused);
    expect(Object.fromEntries(made)).toEqual(
      Object.fromEntries(refused.map((call) => [call, `errno ${EPERM}`])),
    );
  });

  it('finds calls that no list names, and those that no filter can look into, unknown', async () => {
    const unknown = ['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register', 'splice', 'sync'];
    const made = await outcomes(unknown);
    expect(Object.fromEntries(made)).toEqual(
      Object.fromEntries(unknown.map((call) => [call, `errno ${ENOSYS}`])),
    );
    expect(await outcome({ call: 'newest', number: 1023 })).toBe(`errno ${ENOSYS}`);
  });

  it('makes none of those calls by another way', async () => {
    const without = await maker.make([
      { call: 'socket', args: [1, 1, 0] },
      { call: 'setpriority', args: [0, 0, 19] },
    ]);
    expect([...without.values()]).toEqual(['ok', 'ok']);
  });

  it.runIf(isX64)('is ended by the other ways into the kernel: x32 and i386', async () => {
    expect(await outcome({ call: 'x32', number: 0x4000_0000 + 39 })).toBe(KILLED);
    expect(await outcome({ call: 'negative', number: -1 })).toBe(KILLED);
    const i386 = { call: 'i386:getpid', number: 20 };
    const isBuiltIn = (await maker.make([i386])).get('i386:getpid') === 'ok';
    if (isBuiltIn) expect(await outcome(i386)).toBe(KILLED);
  });

  it('makes no process and no namespace by clone', async () => {
    const SIGCHLD = 17;
    for (const flags of [SIGCHLD, 0x1000_0000 | SIGCHLD, 0x4000_0000 | SIGCHLD, 0x0002_0000 | SIGCHLD]) {
      expect(await outcome({ call: 'clone', args: [flags] })).toBe(`errno ${EPERM}`);
    }
    // A thread that would also be in a namespace; the kernel itself would say EINVAL.
    const CLONE_VM_SIGHAND_THREAD = 0x100 | 0x800 | 0x1_0000;
    expect(await outcome({ call: 'clone', args: [CLONE_VM_SIGHAND_THREAD | 0x1000_0000] })).toBe(
      `errno ${EPERM}`,
    );
    // Left to the kernel: a thread without signal handlers in common.
    expect(await outcome({ call: 'clone', args: [0x1_0000] })).toBe(`errno ${EINVAL}`);
  });

  it('signals itself only', async () => {
    for (const [call, rest] of [
      ['kill', [0]],
      ['tgkill', [OWN_PID, 0]],
    ] as const) {
      expect(await outcome({ call, args: [OWN_PID, ...rest] })).toBe(NO_SUCH_PROCESS);
      for (const pid of [1, 0, -1, -OWN_PID, process.pid]) {
        expect(await outcome({ call, args: [pid, ...rest] })).toBe(`errno ${EPERM}`);
      }
    }
    // The kernel looks at 32 bits of a pid, and so does the filter.
    expect(await outcome({ call: 'kill', args: [(1n << 32n) + BigInt(process.pid), 0] })).toBe(
      `errno ${EPERM}`,
    );
  });

  it('changes limits and processors of no other process', async () => {
    expect(await outcome({ call: 'prlimit64', args: [0, 7, 0, 0] })).toBe('ok');
    expect(await outcome({ call: 'prlimit64', args: [process.pid, 7, 0, 0] })).toBe(`errno ${EPERM}`);
    const mask = [8, 0];
    expect(await outcome({ call: 'sched_setaffinity', args: [process.pid, ...mask] })).toBe(`errno ${EPERM}`);
    // In a PID namespace of its own there is no other.
    const namespaced = systemCallFilter({ architecture, ownPid: 1 });
    expect(await outcome({ call: 'sched_setaffinity', args: [OWN_PID, ...mask] }, namespaced)).not.toBe(
      `errno ${EPERM}`,
    );
  });

  it('types nothing into a terminal and does to files only what a graphics device needs', async () => {
    const request = (value: number) => outcome({ call: 'ioctl', args: [NOWHERE, value] });
    const TIOCSTI = 0x5412;
    const TIOCLINUX = 0x541c;
    const others = [TIOCSTI, TIOCLINUX, 0x5423, 0x8901, 0x4004_6602, 0x4004_9409, 0x4b4b, 0x8933, 0xae01];
    for (const value of others) expect(await request(value)).toBe(`errno ${ENOTTY}`);
    // NVIDIA's control device, its unified memory and DRM; then what libuv asks.
    for (const value of [0xc020_462a, 0x3000_0001, 25, 0xc010_6400, 0x5421, 0x5401]) {
      expect(await request(value)).toBe(BAD_DESCRIPTOR);
    }
  });

  it('has no signals sent by a descriptor', async () => {
    const F_SETOWN = 8;
    const F_SETSIG = 10;
    const F_SETOWN_EX = 15;
    for (const command of [F_SETOWN, F_SETSIG, F_SETOWN_EX]) {
      expect(await outcome({ call: 'fcntl', args: [NOWHERE, command] })).toBe(`errno ${EINVAL}`);
    }
    expect(await outcome({ call: 'fcntl', args: [NOWHERE, 3] })).toBe(BAD_DESCRIPTOR);
  });

  it('changes nothing of itself that the sandbox relies on', async () => {
    const PR_SET_PDEATHSIG = 1;
    const PR_SET_DUMPABLE = 4;
    const PR_SET_SECCOMP = 22;
    const PR_SET_PTRACER = 0x5961_6d61;
    for (const option of [PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_PTRACER]) {
      expect(await outcome({ call: 'prctl', args: [option, 0] })).toBe(`errno ${EINVAL}`);
    }
    expect(await outcome({ call: 'prctl', args: [3] })).not.toBe(`errno ${EINVAL}`);
    const ADDR_NO_RANDOMIZE = 0x4_0000;
    expect(await outcome({ call: 'personality', args: [ADDR_NO_RANDOMIZE] })).toBe(`errno ${EPERM}`);
    expect(await outcome({ call: 'personality', args: [0xffff_ffff] })).toBe('ok');
  });

  it('opens with CUDA one kind of socket, which reaches nobody', async () => {
    const AF_UNIX = 1;
    const SOCK_SEQPACKET = 5;
    const SOCK_CLOEXEC = 0o2000000;
    const socket = (...args: number[]) => outcome({ call: 'socket', args }, filterForCuda);
    expect(await socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)).toBe('ok');
    for (const [family, type] of [
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [10, 1],
      [16, 3],
      [17, 3],
      [38, 5],
      [40, 5],
    ]) {
      expect(await socket(family ?? 0, type ?? 0, 0)).toBe(`errno ${EPERM}`);
    }
    for (const call of ['connect', 'accept4', 'sendmsg', 'sendto', 'recvmsg', 'recvfrom', 'socketpair']) {
      expect(await outcome({ call, args: [NOWHERE] }, filterForCuda)).toBe(`errno ${EPERM}`);
    }
    for (const call of ['bind', 'listen']) {
      expect(await outcome({ call, args: [NOWHERE] }, filterForCuda)).toBe(BAD_DESCRIPTOR);
    }
  });
});
