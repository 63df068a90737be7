import type { Attempt } from './attempt.ts';

const NAMESPACES: readonly (readonly [string, number])[] = [
  ['user', 0x1000_0000],
  ['mount', 0x0002_0000],
  ['network', 0x4000_0000],
  ['process', 0x2000_0000],
  ['ipc', 0x0800_0000],
  ['host-name', 0x0400_0000],
  ['cgroup', 0x0200_0000],
];

/** Rights of the administrator, and doors of the kernel that no model needs. */
export const PRIVILEGES: readonly Attempt[] = [
  {
    id: 'be-root',
    what: 'be root where the user is not',
    // Where the user is, it may keep the number without the rights, which other attempts look for.
    attack: () => {
      const user = process.getuid?.() ?? -1;
      if (user !== 0) throw new Error(`user ${user}`);
      return 'root';
    },
    proof: (_lab, value) => value === 'root' && process.getuid?.() !== 0,
  },
  ...(['setuid', 'setgid'] as const).map(
    (name): Attempt => ({
      id: `become-root-${name}`,
      what: `become root (${name})`,
      attack: ({ call }, _targets, given) => call(given, 0),
      given: name,
      spoils: 'on success',
    }),
  ),
  {
    id: 'become-root-setresuid',
    what: 'become root (setresuid)',
    attack: ({ call }) => call('setresuid', 0, 0, 0),
    spoils: 'on success',
  },
  {
    id: 'set-groups',
    what: 'join groups',
    attack: ({ call }) => call('setgroups', 0, null),
    spoils: 'on success',
  },
  {
    id: 'set-capabilities',
    what: 'give itself all capabilities',
    attack: ({ call }) => {
      const header = Buffer.alloc(8);
      header.writeUInt32LE(0x20080522);
      return call('capset', header, Buffer.alloc(24, 0xff).fill(0, 8, 12).fill(0, 20));
    },
    spoils: 'on success',
  },
  {
    id: 'hold-capabilities',
    what: 'hold any capability',
    attack: ({ fs, call }) => {
      const header = Buffer.alloc(8);
      header.writeUInt32LE(0x20080522);
      const data = Buffer.alloc(24);
      call('capget', header, data);
      if (data.readUInt32LE(0) === 0 && data.readUInt32LE(12) === 0) throw new Error('none');
      return /CapEff:\s+(\w+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1];
    },
  },
  {
    id: 'raise-ambient',
    what: 'pass capabilities on to programs',
    attack: ({ call }) => call('prctl', 47, 2, 21, 0, 0),
    spoils: 'on success',
  },
  {
    id: 'secure-bits',
    what: 'change how root is treated (securebits)',
    attack: ({ call }) => call('prctl', 28, 1, 0, 0, 0),
    spoils: 'on success',
  },
  {
    id: 'new-privileges',
    what: 'gain rights by programs again (no_new_privs off)',
    attack: ({ tryCall, call }) => {
      tryCall('prctl', 38, 0, 0, 0, 0);
      // PR_GET_NO_NEW_PRIVS
      if (call('prctl', 39, 0, 0, 0, 0) === 1) throw new Error('stays on');
      return 'off';
    },
  },
  {
    id: 'filter-off',
    what: 'lift the system-call filter',
    attack: ({ tryCall, call }) => {
      tryCall('prctl', 22, 0, null, 0, 0);
      const mode = call('prctl', 21, 0, 0, 0, 0);
      if (mode !== 0) throw new Error(`mode ${mode}`);
      return 'no filter';
    },
  },
  ...NAMESPACES.map(
    ([name, flag]): Attempt => ({
      id: `unshare-${name}`,
      what: `make a ${name} namespace (unshare)`,
      attack: ({ native, call, checked }, _targets, given) => {
        // A user namespace cannot be had by a process of several threads; by a new process it can.
        if (given === String(0x1000_0000)) return checked(native.cloneWith(Number(given)));
        return call('unshare', Number(given));
      },
      given: String(flag),
      spoils: 'on success',
    }),
  ),
  {
    id: 'clone3-user-namespace',
    what: 'make a user namespace with all others (clone)',
    attack: ({ native, checked }) => checked(native.cloneWith(0x1000_0000 | 0x2_0000 | 0x4000_0000)),
  },
  {
    id: 'clone3',
    what: 'make a process past the check of its flags (clone3)',
    attack: ({ call, reaches, tryCall }) => {
      call('getpid');
      // Size 0 is refused only after the call was let in.
      return reaches(tryCall('clone3', new Uint8Array(88), 8), 'EINVAL');
    },
    // The C library asks for it and takes the older call on "no such call": it is about the filter only.
  },
  ...['net', 'mnt', 'user', 'pid', 'ipc'].map(
    (name): Attempt => ({
      id: `join-${name}`,
      what: `join the ${name} namespace of another process`,
      attack: ({ fs, call }, { victim }, given) => {
        const opened = fs.openSync(`/proc/${victim.pid}/ns/${given}`, 'r');
        return call('setns', opened, 0);
      },
      given: name,
      spoils: 'on success',
    }),
  ),
  {
    id: 'join-by-descriptor',
    what: 'join namespaces by a descriptor of a process',
    attack: ({ call }, { victim }) => call('setns', call('pidfd_open', victim.pid, 0), 0x4000_0000),
    spoils: 'on success',
  },
  {
    id: 'change-root',
    what: 'change its root folder',
    attack: ({ call }) => call('chroot', '/'),
    spoils: 'on success',
  },
  {
    id: 'pivot-root',
    what: 'swap its root folder',
    attack: ({ tryCall, reaches }) => reaches(tryCall('pivot_root', '/nowhere', '/nowhere'), 'ENOENT'),
  },
  {
    id: 'mount-temporary',
    what: 'mount a file system in memory',
    attack: ({ call, fs, temporary }, { nonce }) => {
      const folder = `${temporary}/${nonce}-mount`;
      fs.mkdirSync(folder, { recursive: true });
      call('mount', 'none', folder, 'tmpfs', 0, null);
      return call('umount2', folder, 2);
    },
  },
  {
    id: 'mount-bind',
    what: 'mount a folder of the user into its own',
    attack: ({ call, fs }, { homeFolder, mountPoint }) => {
      call('mount', homeFolder, mountPoint, null, 4096, null);
      const names = fs.readdirSync(mountPoint).join(' ');
      call('umount2', mountPoint, 2);
      return names;
    },
  },
  {
    id: 'mount-remount',
    what: 'make its root writable',
    // Bind and remount: flags of this mount only.
    attack: ({ call }) => call('mount', 'none', '/', null, 4096 | 32, null),
    notUnconfined: 'it would change the flags of the root',
  },
  {
    id: 'mount-new-calls',
    what: 'mount by the newer calls (fsopen)',
    attack: ({ call }) => call('close', call('fsopen', 'tmpfs', 0)),
  },
  {
    id: 'mount-tree',
    what: 'copy a tree of mounts (open_tree)',
    attack: ({ call }) => call('close', call('open_tree', -100, '/', 1)),
  },
  {
    id: 'unmount',
    what: 'unmount what hides the files beneath',
    // "Not a mount point" is said only to whom may unmount.
    attack: ({ tryCall, reaches, fs, temporary }, { nonce }) => {
      const folder = `${temporary}/${nonce}-unmount`;
      fs.mkdirSync(folder, { recursive: true });
      return reaches(tryCall('umount2', folder, 0), 'EINVAL');
    },
  },
  {
    id: 'keyring-join',
    what: 'open a keyring',
    attack: ({ call }) => call('keyctl', 1, null),
    spoils: 'on success',
  },
  {
    id: 'keyring-user',
    what: "reach the user's keyring",
    // KEYCTL_GET_KEYRING_ID of KEY_SPEC_USER_KEYRING
    attack: ({ call }) => call('keyctl', 0, -4, 1),
  },
  {
    id: 'keyring-add',
    what: 'leave a key in the kernel',
    attack: ({ call }, { nonce }) => call('add_key', 'user', nonce, 'x', 1, -2),
  },
  {
    id: 'keyring-request',
    what: "have the kernel's helper find a key",
    attack: ({ tryCall, reaches }, { nonce }) =>
      reaches(tryCall('request_key', 'user', nonce, null, 0), 'ENOKEY'),
  },
  {
    id: 'ring',
    what: 'make calls past the filter (io_uring)',
    attack: ({ call }) => call('close', call('io_uring_setup', 1, new Uint8Array(120))),
  },
  {
    id: 'page-faults',
    what: 'handle page faults, a tool of kernel exploits (userfaultfd)',
    attack: ({ call }) => call('close', call('userfaultfd', 1)),
  },
  {
    id: 'bpf',
    what: 'load a program into the kernel (bpf)',
    attack: ({ call, addressOf }) => {
      // r0 = 0; exit, as a socket filter.
      const program = Buffer.from('b700000000000000' + '9500000000000000', 'hex');
      const licence = Buffer.from('GPL\0');
      const attributes = Buffer.alloc(120);
      attributes.writeUInt32LE(1, 0);
      attributes.writeUInt32LE(2, 4);
      attributes.writeBigUInt64LE(addressOf(program), 8);
      attributes.writeBigUInt64LE(addressOf(licence), 16);
      return call('close', call('bpf', 5, attributes, 120));
    },
  },
  {
    id: 'performance-counters',
    what: 'watch the processor (perf_event_open)',
    attack: ({ call }) => {
      const attributes = Buffer.alloc(128);
      // A software clock of its own.
      attributes.writeUInt32LE(1, 0);
      attributes.writeUInt32LE(128, 4);
      return call('close', call('perf_event_open', attributes, 0, -1, -1, 0));
    },
  },
  {
    id: 'file-watch-all',
    what: 'watch all files of the system (fanotify)',
    attack: ({ call }) => call('close', call('fanotify_init', 0x200, 0)),
  },
  {
    id: 'hidden-memory',
    what: 'keep memory from the kernel itself (memfd_secret)',
    attack: ({ call }) => call('close', call('memfd_secret', 0)),
  },
  {
    id: 'personality',
    what: 'switch protections of its memory off (personality)',
    // READ_IMPLIES_EXEC and ADDR_NO_RANDOMIZE
    attack: ({ call }) => call('personality', 0x0440000),
    spoils: 'on success',
  },
  {
    id: 'segments',
    what: "change the processor's segments (modify_ldt)",
    attack: ({ call }) => call('modify_ldt', 0, new Uint8Array(16), 16),
  },
  {
    id: 'ports',
    what: 'speak to the hardware (ioperm)',
    attack: ({ call }) => call('ioperm', 0x80, 1, 1),
    spoils: 'on success',
  },
  {
    id: 'all-ports',
    what: 'speak to all the hardware (iopl)',
    attack: ({ call }) => call('iopl', 3),
    spoils: 'on success',
  },
  {
    id: 'x32-entry',
    what: 'make calls by the x32 numbers',
    attack: ({ callNumbered, numberOf }) => callNumbered(numberOf('getpid') + 0x4000_0000),
  },
  {
    id: 'i386-entry',
    what: 'make calls by the 32-bit entry',
    // getpid
    attack: ({ native, checked }) => checked(native.call32Bit(20, 0, 0, 0)),
  },
  {
    id: 'i386-write',
    what: 'make a folder by the 32-bit entry, past the filter',
    // mkdir of a path at address 0: "bad address" is said only when the call is let in.
    attack: ({ native, reaches }) => reaches(native.call32Bit(39, 0, 0, 0), 'EFAULT'),
  },
  {
    id: 'load-kernel',
    what: 'start another kernel',
    attack: ({ tryCall, reaches }) => reaches(tryCall('kexec_load', 0, 0, null, 0xffff), 'EINVAL'),
  },
  {
    id: 'load-module',
    what: 'load a kernel module',
    attack: ({ tryCall, reaches }) => reaches(tryCall('init_module', null, 0, ''), 'ENOEXEC', 'EFAULT'),
  },
  {
    id: 'load-module-file',
    what: 'load a kernel module from a file',
    attack: ({ tryCall, reaches }) => reaches(tryCall('finit_module', -1, '', 0), 'EBADF'),
  },
  {
    id: 'unload-module',
    what: 'unload a kernel module',
    attack: ({ tryCall, reaches }) => reaches(tryCall('delete_module', 'no-such-module', 0x800), 'ENOENT'),
  },
  {
    id: 'reboot',
    what: 'restart the computer',
    // With a wrong magic number nothing restarts, but only who may restart is told so.
    attack: ({ tryCall, reaches }) => reaches(tryCall('reboot', 0, 0, 0, null), 'EINVAL'),
  },
  {
    id: 'swap-on',
    what: 'use a file as memory (swapon)',
    attack: ({ tryCall, reaches }) => reaches(tryCall('swapon', '/nowhere', 0), 'ENOENT'),
  },
  {
    id: 'swap-off',
    what: "take the system's swap away",
    attack: ({ tryCall, reaches }) => reaches(tryCall('swapoff', '/nowhere'), 'ENOENT'),
  },
  {
    id: 'clock',
    what: "set the computer's clock",
    attack: ({ call }) => {
      const state = Buffer.alloc(208);
      call('adjtimex', state);
      // The frequency that it has, set again.
      state.writeUInt32LE(2, 0);
      return call('adjtimex', state);
    },
  },
  {
    id: 'host-name',
    what: "change the computer's name",
    attack: ({ call, os }) => call('sethostname', os.hostname(), os.hostname().length),
  },
  {
    id: 'domain-name',
    what: "change the computer's domain",
    attack: ({ call }) => call('setdomainname', '(none)', 6),
    notUnconfined: 'it would change the domain of this machine',
  },
  {
    id: 'accounting',
    what: 'switch process accounting',
    attack: ({ call }) => call('acct', null),
  },
  {
    id: 'quota',
    what: 'change disk quotas',
    // Q_SYNC of every file system asks for no right, so this is Q_GETINFO of one that is not there.
    attack: ({ tryCall, reaches }) =>
      reaches(
        tryCall('quotactl', 0x80000500, '/nowhere', 0, new Uint8Array(64)),
        'ENOENT',
        'ENODEV',
        'ENOTBLK',
      ),
  },
];
