import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ConfinedUser } from '../../shared/confinement.ts';

/** Owns nothing. */
const NOBODY: ConfinedUser = { uid: 65534, gid: 65534 };

const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;
const OTHERS_ENTER = 0o001;

export interface WorkerPlaces {
  /** Folders with all that is below them. */
  readonly readOnly: readonly string[];
  readonly devices: readonly string[];
}

/**
 * Whom a worker of root's becomes: nobody, if nobody can read all that the worker needs, as the permissions of the
 * files say. Otherwise it stays root, without any of root's rights.
 */
export function workerUser({ readOnly, devices }: WorkerPlaces): ConfinedUser | null {
  const isOpen =
    readOnly.every((file) => isReachable(file) && isReadableBelow(file)) &&
    devices.every((device) => isReachable(device) && allows(device, OTHERS_READ | OTHERS_WRITE));
  return isOpen ? NOBODY : null;
}

/** Others may enter every folder on the way. */
function isReachable(file: string): boolean {
  const parent = path.dirname(path.resolve(file));
  return allows(parent, OTHERS_ENTER) && (parent === path.dirname(parent) || isReachable(parent));
}

function isReadableBelow(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return true;
  if (!status.isDirectory()) return (status.mode & OTHERS_READ) !== 0;
  if ((status.mode & OTHERS_READ) === 0 || (status.mode & OTHERS_ENTER) === 0) return false;
  return readdirSync(file).every((name) => isReadableBelow(path.join(file, name)));
}

function allows(file: string, mode: number): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  return status === undefined || (status.mode & mode) === mode;
}
