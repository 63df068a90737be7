import type { Attempt } from './attempt.ts';

/** Folders that are there on every Linux. */
const SYSTEM_FOLDERS = [
  '/',
  '/usr',
  '/usr/bin',
  '/etc',
  '/run',
  '/var/tmp',
  '/tmp',
  '/dev',
  '/dev/shm',
  '/root',
  '/home',
];
const KERNEL_FILES = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sys/kernel/randomize_va_space',
  '/proc/sys/vm/overcommit_memory',
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/sys/user/max_user_namespaces',
  '/proc/sysrq-trigger',
  '/proc/irq/default_smp_affinity',
  '/sys/power/state',
  '/sys/kernel/uevent_helper',
  '/sys/kernel/profiling',
  '/sys/module/kernel/parameters/panic',
  '/sys/devices/system/cpu/cpu1/online',
  '/sys/fs/cgroup/cgroup.procs',
  '/sys/fs/cgroup/cgroup.subtree_control',
  '/sys/kernel/debug/sched/features',
];

/** Changing what is not the worker's. */
export const WRITING: readonly Attempt[] = [
  ...SYSTEM_FOLDERS.map(
    (folder): Attempt => ({
      id: `write-in-${folder === '/' ? 'top' : folder.slice(1).replaceAll('/', '-')}`,
      what: `make a file in ${folder}`,
      attack: ({ fs }, { nonce }, given) => fs.writeFileSync(`${given}/${nonce}`, nonce),
      given: folder,
      proof: (lab) => lab.takeFile(folder),
    }),
  ),
  {
    id: 'write-home',
    what: 'make a file in the home folder',
    attack: ({ fs }, { homeFolder, nonce }) => fs.writeFileSync(`${homeFolder}/${nonce}`, nonce),
    proof: (lab) => lab.takeFile(lab.targets.homeFolder),
  },
  {
    id: 'write-data-folder',
    what: "make a file in Gata's data folder",
    attack: ({ fs }, { dataFolder, nonce }) => fs.writeFileSync(`${dataFolder}/${nonce}`, nonce),
    proof: (lab) => lab.takeFile(lab.targets.dataFolder),
  },
  {
    id: 'write-model',
    what: 'change the model for the next buyer',
    attack: ({ fs }, { modelFolder, nonce }) => fs.writeFileSync(`${modelFolder}/${nonce}`, nonce),
    proof: (lab) => lab.takeFile(lab.targets.modelFolderOutside),
  },
  {
    id: 'write-program',
    what: "change the worker's own program",
    attack: ({ fs, path }, { nonce }) =>
      fs.writeFileSync(`${path.dirname(process.argv[1] ?? '/')}/${nonce}`, nonce),
    proof: (lab) => lab.takeFile(lab.targets.programFolder),
  },
  {
    id: 'write-libraries',
    what: 'change the libraries that it and other programs load',
    attack: ({ fs, some }) => {
      const maps = fs.readFileSync('/proc/self/maps', 'utf8');
      const files = new Set(
        [...maps.matchAll(/\s(\/\S+\.(?:so|node)[.\d]*)$/gm)].map(([, file = '']) => file),
      );
      return some([...files], (file) => fs.closeSync(fs.openSync(file, 'r+')));
    },
  },
  {
    id: 'write-reopened',
    what: 'open what it may read anew for writing (/proc/self/fd)',
    attack: ({ fs }, { modelFolder, nonce }) => {
      const opened = fs.openSync(`${modelFolder}/model.onnx`, 'r');
      const again = fs.openSync(`/proc/self/fd/${opened}`, 'r+');
      fs.writeSync(again, nonce, 0);
    },
    proof: (lab) => lab.takeChange(`${lab.targets.modelFolderOutside}/model.onnx`),
  },
  {
    id: 'write-append',
    what: "append to the user's shell start file",
    attack: ({ fs }, { secrets, nonce }) => fs.appendFileSync(secrets.shellHistory, nonce),
    proof: (lab) => lab.takeChange(lab.targets.secrets.shellHistory),
  },
  {
    id: 'write-truncate',
    what: "empty one of the user's files",
    attack: ({ call }, { secrets }) => call('truncate', secrets.bitcoinWallet, 0),
    proof: (lab) => lab.takeChange(lab.targets.secrets.bitcoinWallet),
  },
  {
    id: 'write-unlink',
    what: "delete one of the user's files",
    attack: ({ call }, { secrets }) => call('unlinkat', -100, secrets.document, 0),
    proof: (lab) => lab.takeChange(lab.targets.secrets.document),
  },
  {
    id: 'write-rename',
    what: "move one of the user's files",
    attack: ({ call }, { secrets }) =>
      call('renameat2', -100, secrets.gnupgKey, -100, `${secrets.gnupgKey}.moved`, 0),
    proof: (lab) => lab.takeChange(lab.targets.secrets.gnupgKey),
  },
  {
    id: 'write-mode',
    what: 'open a private file to everybody (chmod)',
    attack: ({ call }, { secrets }) => call('fchmodat', -100, secrets.sshKey, 0o666),
    proof: (lab) => lab.takeModeChange(lab.targets.secrets.sshKey),
  },
  {
    id: 'write-owner',
    what: 'change the owner of a file',
    attack: ({ call }, { secrets }) =>
      call('fchownat', -100, secrets.sshKey, process.getuid?.() ?? 0, process.getgid?.() ?? 0, 0),
  },
  {
    id: 'write-attribute',
    what: "set an attribute on one of the user's files",
    attack: ({ call }, { secrets }) => call('setxattr', secrets.sshKey, 'user.gata', 'x', 1, 0),
  },
  {
    id: 'write-times',
    what: "change the times of one of the user's files",
    attack: ({ call }, { secrets }) => call('utimensat', -100, secrets.sshKey, null, 0),
  },
  {
    id: 'write-pipe',
    what: 'leave a named pipe in the home folder',
    attack: ({ call }, { homeFolder, nonce }) => call('mknodat', -100, `${homeFolder}/${nonce}`, 0o010666, 0),
    proof: (lab) => lab.takeFile(lab.targets.homeFolder),
  },
  {
    id: 'write-device-node',
    what: "make a device node of the machine's memory",
    // Character device 1:1.
    attack: ({ call, temporary }, { nonce }) =>
      call('mknodat', -100, `${temporary}/${nonce}-memory`, 0o020666, 0x101),
  },
  ...KERNEL_FILES.map(
    (file): Attempt => ({
      id: `write-${file.slice(1).replaceAll('/', '-')}`,
      what: `set ${file}`,
      // To open it is to be allowed, and changes nothing.
      attack: ({ fs }, _targets, given) => fs.closeSync(fs.openSync(given, fs.constants.O_WRONLY)),
      given: file,
    }),
  ),
  {
    id: 'write-victim-priority',
    what: 'have the kernel kill another process for want of memory (oom_score_adj)',
    attack: ({ fs }, { victim }) =>
      fs.closeSync(fs.openSync(`/proc/${victim.pid}/oom_score_adj`, fs.constants.O_WRONLY)),
  },
  {
    id: 'write-own-priority',
    what: 'be the last to be killed for want of memory',
    attack: ({ fs }) => fs.writeFileSync('/proc/self/oom_score_adj', '-1000'),
    spoils: 'on success',
  },
  {
    id: 'write-preload',
    what: 'have every program load a library (ld.so.preload)',
    attack: ({ fs }) => fs.closeSync(fs.openSync('/etc/ld.so.preload', 'a')),
    notUnconfined: 'the file would be there for every program of this machine',
  },
];
