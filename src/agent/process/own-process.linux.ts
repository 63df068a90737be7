import koffi from 'koffi';

/** From Linux's asm-generic/resource.h. */
const RLIMIT_CORE = 4;
/** From Linux's linux/prctl.h. */
const PR_SET_DUMPABLE = 4;

/** No core dumps of this process and of those that it starts; that cannot be undone without rights. */
export function forbidCoreDumps(): void {
  const setrlimit = koffi.load('libc.so.6').func('int setrlimit(int resource, uint64_t *limit)');
  // The soft and the hard limit: struct rlimit is two 64-bit numbers on every 64-bit Linux.
  check('setrlimit', setrlimit(RLIMIT_CORE, new BigUint64Array([0n, 0n])));
}

/**
 * Other programs of the same user can neither trace this process nor read its memory; `/proc/PID` belongs to root
 * then. Holds until another program is executed in this process.
 */
export function forbidTracing(): void {
  const libc = koffi.load('libc.so.6');
  const prctl = libc.func('int prctl(int option, ulong second, ulong third, ulong fourth, ulong fifth)');
  check('prctl', prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

function check(call: string, result: unknown): void {
  if (result !== 0) throw new Error(`${call} failed with errno ${koffi.errno()}.`);
}
