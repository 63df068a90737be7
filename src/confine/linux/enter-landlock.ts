import { closeSync, fstatSync, openSync } from 'node:fs';
import type { LinuxConfinement } from '../../shared/confinement.ts';
import { ConfinementFailed } from './confinement-failed.ts';
import { landlockRights, type PathUse, pathRule } from './landlock-rights.ts';
import type { Libc } from './libc.ts';

/** Linux's O_PATH, which Node does not name: the place of a file, without opening it. */
const O_PATH = 0o10000000;

/** Of the process itself: what Node, V8 and the C library read of it. */
const OWN_PROCESS_FILES = ['auxv', 'cgroup', 'cmdline', 'comm', 'maps', 'stat', 'statm', 'status'];
/** What is the same for every process of this machine and tells nothing of the user. */
const COMMON_FILES = [
  '/dev/random',
  '/dev/urandom',
  '/dev/zero',
  '/etc/ld.so.cache',
  '/proc/cpuinfo',
  '/proc/meminfo',
  '/sys/devices/system/cpu',
];
const SINKS = ['/dev/null'];

/**
 * From here on this thread, and the program it turns into, reaches the named files only, opens no TCP connection
 * and signals nobody, as far as this kernel's Landlock knows how.
 * @throws ConfinementFailed where there is no Landlock, or a file cannot be allowed.
 */
export function enterLandlock(libc: Libc, confinement: LinuxConfinement): void {
  const version = libc.landlockVersion();
  if (version < 1) throw new ConfinementFailed('files', 'this kernel has no Landlock, or it is turned off');
  const rights = landlockRights(version);
  const ruleset = libc.createLandlockRuleset(rights.ruleset);
  const allow = (use: PathUse, path: string): void => {
    const descriptor = openPlace(path);
    if (descriptor === undefined) return;
    try {
      const allowed = rights.allowed(use, fstatSync(descriptor).isDirectory());
      libc.addLandlockPath(ruleset, pathRule(allowed, descriptor), path);
    } finally {
      closeSync(descriptor);
    }
  };
  const ownProcess = OWN_PROCESS_FILES.map((name) => `/proc/${process.pid}/${name}`);
  for (const path of confinement.executables) allow('execute', path);
  for (const path of [...COMMON_FILES, ...ownProcess, ...confinement.readOnlyPaths]) allow('read', path);
  for (const path of [...SINKS, ...confinement.devices]) allow('device', path);
  allow('temporary', confinement.temporaryFolder);
  libc.enterLandlock(ruleset);
}

function openPlace(path: string): number | undefined {
  try {
    return openSync(path, O_PATH);
  } catch (error) {
    // Not there, or out of this user's reach: nothing is allowed that way.
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'ENOTDIR'].includes(String(error.code))
  );
}
