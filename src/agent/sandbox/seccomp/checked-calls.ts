import type { ArgumentCheck } from './policy.ts';

/** A call that a worker may make with some arguments only. */
export interface CheckedCall {
  readonly call: string;
  readonly reason: string;
  readonly checks: readonly ArgumentCheck[];
  /** What it fails with otherwise: the error that the kernel itself gives to a value that it does not know. */
  readonly otherwise: 'EPERM' | 'EINVAL' | 'ENOTTY';
}

export interface WorkerFacts {
  /** The worker's own pid as it sees it itself; 1 means a PID namespace of its own. */
  readonly ownPid: number;
  /** It has NVIDIA's device nodes. */
  readonly cuda: boolean;
}

const ALL_BITS = 0xffff_ffff;

/** clone: must be a thread of this process, and nothing that makes namespaces, parents or descriptors of it. */
const CLONE_THREAD = 0x0001_0000;
const CLONE_OTHER =
  0x0002_0000 |
  0x0200_0000 |
  0x0400_0000 |
  0x0800_0000 |
  0x1000_0000 |
  0x2000_0000 |
  0x4000_0000 | // CLONE_NEW*
  0x1000 |
  0x2000 |
  0x4000 |
  0x8000 |
  0x0080_0000; // PIDFD, PTRACE, VFORK, PARENT, UNTRACED

/** ioctl requests on any descriptor: TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. */
const DESCRIPTOR_REQUESTS = [0x5401, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451];
/** The letter in a request's second byte: NVIDIA `F` and `m`, DRM `d`, DMA buffers `b`, sync files `>`. */
const DEVICE_REQUEST_TYPES = [0x4600, 0x6d00, 0x6400, 0x6200, 0x3e00];
/** NVIDIA's unified memory has plain numbers, and two others to begin and end. */
const UVM_MASK = 0xffff_ff00;
const UVM_REQUESTS = [0x3000_0001, 0x3000_0002];

/** F_DUPFD to F_SETLKW, F_OFD_*, F_DUPFD_CLOEXEC, F_ADD_SEALS and F_GET_SEALS; not F_SETOWN and F_SETSIG, which signal. */
const FCNTL_COMMANDS = [0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1033, 1034];

/** PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP, PR_CAPBSET_READ, PR_GET_NO_NEW_PRIVS, PR_SET_VMA. */
const PRCTL_OPTIONS = [3, 15, 16, 21, 23, 39, 0x5356_4d41];

/** ARCH_SET_FS, ARCH_GET_FS, ARCH_GET_XCOMP_SUPP, _GET_XCOMP_PERM, _REQ_XCOMP_PERM, CET_STATUS, SHSTK_*. */
const ARCH_PRCTL_OPTIONS = [0x1002, 0x1003, 0x1021, 0x1022, 0x1023, 0x3001, 0x5001, 0x5002, 0x5003, 0x5005];

const AF_UNIX = 1;
const SOCK_TYPE_MASK = 0xf;
const SOCK_SEQPACKET = 5;
const SOL_SOCKET = 1;
const SO_PASSCRED = 16;

/** Calls that depend on an argument. */
export function checkedCalls({ ownPid, cuda }: WorkerFacts): CheckedCall[] {
  const itself = is(0, ownPid);
  const isNamespaced = ownPid === 1;
  return [
    {
      call: 'clone',
      reason: 'Threads, but no processes and no namespaces.',
      checks: [
        { argument: 0, anyOf: [{ mask: (CLONE_THREAD | CLONE_OTHER) >>> 0, values: [CLONE_THREAD] }] },
      ],
      otherwise: 'EPERM',
    },
    { call: 'kill', reason: 'To itself.', checks: [itself], otherwise: 'EPERM' },
    { call: 'tgkill', reason: 'To its own threads: abort and raise.', checks: [itself], otherwise: 'EPERM' },
    {
      call: 'prlimit64',
      reason: 'Its own limits, of which it can raise none above what the sandbox set.',
      checks: [is(0, 0, ownPid)],
      otherwise: 'EPERM',
    },
    {
      call: 'setrlimit',
      reason: 'As prlimit64 for itself.',
      checks: [],
      otherwise: 'EPERM',
    },
    {
      call: 'sched_setaffinity',
      reason: 'Its own threads; by their number only where no other process can have it.',
      checks: isNamespaced ? [] : [is(0, 0)],
      otherwise: 'EPERM',
    },
    {
      call: 'ioctl',
      reason: 'Graphics devices, and what libuv asks of a descriptor; nothing that types into a terminal.',
      checks: [
        {
          argument: 1,
          anyOf: [
            { mask: 0xff00, values: DEVICE_REQUEST_TYPES },
            { mask: ALL_BITS, values: [...DESCRIPTOR_REQUESTS, ...UVM_REQUESTS] },
            { mask: UVM_MASK, values: [0] },
          ],
        },
      ],
      otherwise: 'ENOTTY',
    },
    {
      call: 'fcntl',
      reason: 'Flags, locks, seals and copies of descriptors.',
      checks: [is(1, ...FCNTL_COMMANDS)],
      otherwise: 'EINVAL',
    },
    {
      call: 'prctl',
      reason: 'Names of threads and of memory.',
      checks: [is(0, ...PRCTL_OPTIONS)],
      otherwise: 'EINVAL',
    },
    {
      call: 'arch_prctl',
      reason: 'Thread-local storage, shadow stacks, and the registers for matrices.',
      checks: [is(0, ...ARCH_PRCTL_OPTIONS)],
      otherwise: 'EINVAL',
    },
    {
      call: 'personality',
      reason: 'To ask, and to be an ordinary program.',
      checks: [is(0, 0, ALL_BITS)],
      otherwise: 'EPERM',
    },
    {
      call: 'getsockopt',
      reason: 'What kind stdin and stdout are.',
      checks: [is(1, SOL_SOCKET)],
      otherwise: 'EPERM',
    },
    ...(cuda ? cudaSocketCalls() : []),
  ];
}

/**
 * CUDA does not start unless it may bind a Unix socket and listen on it, which is for handing memory to other
 * processes. As no one may connect, accept, send or receive, it stays without use.
 */
function cudaSocketCalls(): CheckedCall[] {
  return [
    {
      call: 'socket',
      reason: 'The Unix socket that CUDA opens at its start.',
      checks: [is(0, AF_UNIX), { argument: 1, anyOf: [{ mask: SOCK_TYPE_MASK, values: [SOCK_SEQPACKET] }] }],
      otherwise: 'EPERM',
    },
    {
      call: 'setsockopt',
      reason: 'That socket.',
      checks: [is(1, SOL_SOCKET), is(2, SO_PASSCRED)],
      otherwise: 'EPERM',
    },
    { call: 'bind', reason: 'That socket.', checks: [], otherwise: 'EPERM' },
    { call: 'listen', reason: 'That socket.', checks: [], otherwise: 'EPERM' },
  ];
}

function is(argument: ArgumentCheck['argument'], ...values: number[]): ArgumentCheck {
  return { argument, anyOf: [{ mask: ALL_BITS, values }] };
}
