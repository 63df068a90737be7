import type { ConfinedUser } from '../../shared/confinement.ts';
import { ConfinementFailed } from './confinement-failed.ts';
import type { Libc } from './libc.ts';

/** linux/prctl.h */
const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;
const PR_SET_SECUREBITS = 28;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_GET_NO_NEW_PRIVS = 39;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;

/**
 * linux/securebits.h: root's number gives no capabilities, nor may one be kept or made ambient, each locked, and
 * dropping them with the number is locked on.
 */
const SECURE_BITS = 0b0001 | 0b0010 | 0b1000 | (1 << 5) | (1 << 6) | (1 << 7);

/** More than any kernel has. */
const CAPABILITIES_LIMIT = 64;
/** _LINUX_CAPABILITY_VERSION_3, and the process itself. */
const CAPABILITY_HEADER = new Uint8Array(new Uint32Array([0x20080522, 0]).buffer);
/** Two of struct __user_cap_data_struct. */
const CAPABILITY_BYTES = 24;

/**
 * Gives up everything that root has over others, for this thread and the program that it turns into: no program
 * can give it back. Root becomes `user`, where one is named.
 */
export function dropPrivileges(libc: Libc, user: ConfinedUser | null): void {
  if (process.getuid?.() === 0) {
    dropBoundingSet(libc);
    libc.prctl('privileges', 'PR_SET_SECUREBITS', PR_SET_SECUREBITS, SECURE_BITS);
    libc.dropGroups();
    if (user !== null) libc.setUser(user.uid, user.gid);
  }
  libc.prctl('privileges', 'PR_CAP_AMBIENT', PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
  libc.capset(CAPABILITY_HEADER, new Uint8Array(CAPABILITY_BYTES));
  libc.prctl('privileges', 'PR_SET_NO_NEW_PRIVS', PR_SET_NO_NEW_PRIVS, 1);
  verify(libc, user);
}

function dropBoundingSet(libc: Libc): void {
  for (let capability = 0; capability < CAPABILITIES_LIMIT; capability++) {
    const isHeld = libc.askPrctl(PR_CAPBSET_READ, capability);
    // Beyond the last that this kernel knows.
    if (isHeld < 0) return;
    if (isHeld > 0) libc.prctl('privileges', 'PR_CAPBSET_DROP', PR_CAPBSET_DROP, capability);
  }
}

function verify(libc: Libc, user: ConfinedUser | null): void {
  const held = new Uint8Array(CAPABILITY_BYTES);
  libc.capget(CAPABILITY_HEADER, held);
  const isUser = user === null || process.getuid?.() !== 0 || process.geteuid?.() !== 0;
  if (held.some((byte) => byte !== 0) || !isUser) {
    throw new ConfinementFailed('privileges', 'root rights are still held');
  }
  if (libc.askPrctl(PR_GET_NO_NEW_PRIVS) !== 1) {
    throw new ConfinementFailed('privileges', 'new rights can still be had');
  }
}
