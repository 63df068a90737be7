import type { Sid } from './sid.ts';

/** Who is let at what belongs to one worker, in SDDL. Everybody else is refused. */
export interface Owners {
  readonly user: Sid;
  readonly worker: Sid;
}

/** Without it only programs of the user's own integrity could write. */
const LOW_LABEL = 'S:(ML;;NW;;;LW)';
const LOW_LABEL_INHERITED = 'S:(ML;OICI;NW;;;LW)';

/** For processes, threads and what else has a name. */
export function objectAccess({ user, worker }: Owners): string {
  return `D:P(A;;GA;;;${user})(A;;GA;;;SY)(A;;GA;;;${worker})`;
}

export function desktopAccess(owners: Owners): string {
  return `${objectAccess(owners)}${LOW_LABEL}`;
}

/** For a folder and all that will be in it. @param isLow whether a worker of low integrity may write. */
export function folderAccess({ user, worker }: Owners, isLow: boolean): string {
  const rights = [user, 'SY', worker].map((sid) => `(A;OICI;FA;;;${sid})`).join('');
  return `D:P${rights}${isLow ? LOW_LABEL_INHERITED : ''}`;
}
