import { readdirSync, readFileSync } from 'node:fs';
import koffi from 'koffi';
import { coreLimit } from '../../shared/core-limit.ts';

/** From Linux's asm-generic/resource.h. */
const RLIMIT_CORE = 4;
/** From Linux's linux/prctl.h. */
const PR_SET_DUMPABLE = 4;

/** From Linux's asm-generic/fcntl.h. */
const F_GETFD = 1;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const STDERR = 2;

/**
 * Programs that this one starts get none of the descriptors that it was started with, but for the standard ones:
 * of those, Node marks only the first.
 */
export function keepDescriptorsToItself(): void {
  const fcntl = koffi.load('libc.so.6').func('int fcntl(int descriptor, int command, ...)');
  for (const descriptor of readdirSync('/proc/self/fd').map(Number)) {
    if (descriptor <= STDERR) continue;
    const flags = Number(fcntl(descriptor, F_GETFD));
    // The one that listed the folder is closed by now.
    if (flags < 0 || (flags & FD_CLOEXEC) !== 0) continue;
    check('fcntl', fcntl(descriptor, F_SETFD, 'int', flags | FD_CLOEXEC));
  }
}

/** No core dumps of this process and of those that it starts; that cannot be undone without rights. */
export function forbidCoreDumps(): void {
  const setrlimit = koffi.load('libc.so.6').func('int setrlimit(int resource, uint64_t *limit)');
  // The soft and the hard limit: struct rlimit is two 64-bit numbers on every 64-bit Linux.
  const limit = BigInt(coreLimit(readFileSync('/proc/self/limits', 'latin1')));
  check('setrlimit', setrlimit(RLIMIT_CORE, new BigUint64Array([limit, limit])));
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
