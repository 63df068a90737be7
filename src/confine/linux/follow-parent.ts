import { ConfinementFailed } from './confinement-failed.ts';
import type { Libc } from './libc.ts';

/** linux/prctl.h */
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/**
 * The kernel kills this process, and the program that it turns into, when its parent dies. After a change of
 * rights, which takes the wish back.
 */
export function followParent(libc: Libc, parentPid: number): void {
  libc.prctl('parent', 'PR_SET_PDEATHSIG', PR_SET_PDEATHSIG, SIGKILL);
  // It may have died just before.
  if (process.ppid !== parentPid) throw new ConfinementFailed('parent', 'the agent is gone');
}
