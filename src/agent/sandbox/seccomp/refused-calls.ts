import type { CallGroup } from './allowed-calls.ts';

/** Calls that no program of ours or of a library makes by chance: they end the worker, so that an attack is seen. */
export const KILLING_CALLS: readonly CallGroup[] = [
  {
    name: 'other-processes',
    reason: 'Read, write or steer the memory and descriptors of another process.',
    calls: [
      ...['kcmp', 'migrate_pages', 'move_pages', 'pidfd_getfd', 'pidfd_send_signal', 'process_madvise'],
      ...['process_mrelease', 'process_vm_readv', 'process_vm_writev', 'ptrace'],
    ],
  },
  {
    name: 'namespaces-and-mounts',
    reason: 'Change what the sandbox is made of.',
    calls: [
      ...['chroot', 'fsconfig', 'fsmount', 'fsopen', 'fspick', 'mount', 'mount_setattr', 'move_mount'],
      ...['open_tree', 'open_tree_attr', 'pivot_root', 'setns', 'umount2', 'unshare'],
    ],
  },
  {
    name: 'kernel-programs',
    reason: 'Hand programs, modules or another kernel to the kernel.',
    calls: [
      ...['bpf', 'create_module', 'delete_module', 'finit_module', 'init_module', 'kexec_file_load'],
      ...['kexec_load', 'query_module', 'uprobe', 'uretprobe'],
    ],
  },
  {
    name: 'helpers-of-exploits',
    reason: 'Parts of the kernel that exploits are built with and models are not.',
    calls: [
      ...['add_key', 'keyctl', 'request_key', 'memfd_secret', 'modify_ldt', 'open_by_handle_at'],
      ...['remap_file_pages', 'userfaultfd', 'vmsplice'],
    ],
  },
  {
    name: 'machine',
    reason: 'Change the machine: its clock, name, ports, swap, accounting, quotas and log.',
    calls: [
      ...['acct', 'clock_settime', 'fanotify_init', 'fanotify_mark', 'ioperm', 'iopl', 'lookup_dcookie'],
      ...['nfsservctl', 'quotactl', 'quotactl_fd', 'reboot', 'setdomainname', 'sethostname'],
      ...['settimeofday', 'swapoff', 'swapon', 'syslog', 'uselib', 'vhangup'],
    ],
  },
];

/** Calls that a library may try and do without: they fail with EPERM. */
export const FORBIDDEN_CALLS: readonly CallGroup[] = [
  {
    name: 'new-processes',
    reason: 'A worker is one process.',
    calls: ['execveat', 'fork', 'vfork', 'wait4', 'waitid'],
  },
  {
    name: 'network',
    reason: 'No address of any kind, and no descriptor over a socket.',
    calls: [
      ...['accept', 'accept4', 'connect', 'recvfrom', 'recvmmsg', 'recvmsg', 'sendmmsg', 'sendmsg', 'sendto'],
      'socketpair',
    ],
  },
  {
    name: 'signals-to-others',
    reason: 'Calls whose receiver cannot be told from the worker itself.',
    calls: ['pidfd_open', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo', 'tkill'],
  },
  {
    name: 'shared-memory-of-the-system',
    reason: 'Segments, queues and semaphores that other programs of the user have.',
    calls: [
      ...['mq_getsetattr', 'mq_notify', 'mq_open', 'mq_timedreceive', 'mq_timedsend', 'mq_unlink', 'msgctl'],
      ...[
        'msgget',
        'msgrcv',
        'msgsnd',
        'semctl',
        'semget',
        'semop',
        'semtimedop',
        'shmat',
        'shmctl',
        'shmdt',
      ],
      'shmget',
    ],
  },
  {
    name: 'rights',
    reason: 'Other users, capabilities, owners and special files.',
    calls: [
      ...['capset', 'chown', 'fchown', 'fchownat', 'lchown', 'mknod', 'mknodat', 'setfsgid', 'setfsuid'],
      ...[
        'setgid',
        'setgroups',
        'setpgid',
        'setregid',
        'setresgid',
        'setresuid',
        'setreuid',
        'setsid',
        'setuid',
      ],
    ],
  },
  {
    name: 'names-of-files',
    reason: 'Links and attributes, by which files elsewhere are reached or marked.',
    calls: [
      ...[
        'fsetxattr',
        'link',
        'linkat',
        'lsetxattr',
        'name_to_handle_at',
        'setxattr',
        'setxattrat',
        'symlink',
      ],
      'symlinkat',
    ],
  },
  {
    name: 'priorities',
    reason: 'The sandbox has set them.',
    calls: ['ioprio_set', 'sched_setattr', 'sched_setparam', 'sched_setscheduler', 'setpriority'],
  },
  {
    name: 'observers',
    reason: 'Watching files, counting events, and filters on top of this one.',
    calls: [
      ...[
        'adjtimex',
        'clock_adjtime',
        'inotify_add_watch',
        'inotify_init',
        'inotify_init1',
        'inotify_rm_watch',
      ],
      ...[
        'landlock_add_rule',
        'landlock_create_ruleset',
        'landlock_restrict_self',
        'perf_event_open',
        'seccomp',
      ],
    ],
  },
];

/** Calls that are as if the kernel did not know them, as every call that no list names: the caller takes another way. */
export const UNKNOWN_CALLS: readonly CallGroup[] = [
  {
    name: 'flags-out-of-sight',
    reason: 'A filter cannot see what the arguments point to; the C library then starts threads with clone.',
    calls: ['clone3'],
  },
  {
    name: 'io-uring',
    reason: 'Makes system calls that no filter sees; libuv then makes them itself.',
    calls: ['io_uring_enter', 'io_uring_register', 'io_uring_setup'],
  },
];
