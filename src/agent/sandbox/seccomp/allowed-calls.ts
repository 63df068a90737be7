/** System calls with one purpose, and why a worker may make them. */
export interface CallGroup {
  readonly name: string;
  readonly reason: string;
  readonly calls: readonly string[];
}

/**
 * Calls that a worker may make with any argument. docs/seccomp.md is the reviewed list in words; a test holds the
 * two, and what was recorded, together.
 */
export const ALLOWED_CALLS: readonly CallGroup[] = [
  {
    name: 'memory',
    reason:
      'Allocators, V8 (which writes machine code) and ONNX Runtime map, protect and free their own memory.',
    calls: [
      ...['brk', 'madvise', 'mincore', 'mmap', 'mprotect', 'mremap', 'msync', 'munmap'],
      // V8 guards its code with protection keys where the processor has them.
      ...['pkey_alloc', 'pkey_free', 'pkey_mprotect'],
    ],
  },
  {
    name: 'threads',
    reason: 'The C library starts, synchronises and ends threads; V8 makes them see new machine code.',
    calls: [
      ...['exit', 'exit_group', 'futex', 'membarrier', 'restart_syscall', 'rseq', 'sched_getaffinity'],
      ...['sched_yield', 'set_robust_list', 'set_tid_address'],
    ],
  },
  {
    name: 'signals',
    reason: 'Handlers of the process for its own signals.',
    calls: [
      'rt_sigaction',
      'rt_sigpending',
      'rt_sigprocmask',
      'rt_sigreturn',
      'rt_sigtimedwait',
      'sigaltstack',
    ],
  },
  {
    name: 'reading-files',
    reason:
      'The loader, Node and ONNX Runtime read programs, libraries and the model; what is there to read is limited by the file system.',
    calls: [
      ...['access', 'close', 'close_range', 'dup', 'dup2', 'dup3', 'faccessat', 'faccessat2', 'fadvise64'],
      ...['fstat', 'fstatfs', 'getcwd', 'getdents64', 'lseek', 'lstat', 'newfstatat', 'open', 'openat'],
      ...['pread64', 'preadv', 'read', 'readlink', 'readlinkat', 'readv', 'stat', 'statfs', 'statx'],
    ],
  },
  {
    name: 'temporary-files',
    reason: 'Drivers keep compiled shaders in the private /tmp; every other place is read-only.',
    calls: [
      ...['fallocate', 'fchmod', 'fdatasync', 'flock', 'fsync', 'ftruncate', 'mkdir', 'mkdirat', 'rename'],
      ...['renameat', 'renameat2', 'rmdir', 'umask', 'unlink', 'unlinkat'],
    ],
  },
  {
    name: 'pipes-and-events',
    reason: 'Frames from and to the agent, the event loop, and drivers that wait for their device.',
    calls: [
      ...['epoll_create1', 'epoll_ctl', 'epoll_pwait', 'epoll_pwait2', 'epoll_wait', 'eventfd2', 'pipe2'],
      ...['poll', 'ppoll', 'pselect6', 'pwrite64', 'select', 'write', 'writev'],
    ],
  },
  {
    name: 'memory-files',
    reason:
      'Vulkan drivers make memory that they map twice or share with the device; as a program it could do no more than the worker itself.',
    calls: ['memfd_create'],
  },
  {
    name: 'inherited-pipes',
    reason: 'libuv asks what kind of descriptor stdin and stdout are; Node makes them as Unix socket pairs.',
    calls: ['getpeername', 'getsockname', 'shutdown'],
  },
  {
    name: 'time',
    reason: 'Clocks and sleeping, where the kernel does not answer them without a call.',
    calls: ['clock_getres', 'clock_gettime', 'clock_nanosleep', 'gettimeofday', 'nanosleep', 'time', 'times'],
  },
  {
    name: 'own-facts',
    reason: 'What the process is, and how large the machine: nothing of it is secret in here.',
    calls: [
      ...['capget', 'getcpu', 'getegid', 'geteuid', 'getgid', 'getgroups', 'getpgrp', 'getpid', 'getppid'],
      ...['getpriority', 'getrandom', 'getresgid', 'getresuid', 'getrlimit', 'getrusage', 'gettid', 'getuid'],
      ...['sched_get_priority_max', 'sched_get_priority_min', 'sched_getparam', 'sched_getscheduler'],
      ...['sysinfo', 'uname'],
    ],
  },
  {
    name: 'memory-placement',
    reason:
      'CUDA and its libraries place their own memory near a processor; without it they may refuse to start.',
    calls: ['get_mempolicy', 'mbind', 'mlock', 'munlock', 'set_mempolicy'],
  },
  {
    name: 'start',
    reason:
      'The sandbox becomes the worker after the filter is on. Later it gains nothing: the filter and all the rest stay.',
    calls: ['execve'],
  },
];
