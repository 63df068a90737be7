import { existsSync } from 'node:fs';
import path from 'node:path';
import { Bubblewrap } from './bubblewrap.linux.ts';
import { type GpuAccess, usesCuda } from './gpu-access.linux.ts';
import { Landlock } from './landlock.linux.ts';
import { landlockFilter } from './landlock-filter.ts';
import type { Confinement } from './mechanism-names.ts';
import type { WorkerLimits } from './resource-limits.ts';
import { RestrictedToken } from './restricted-token.win32.ts';
import type { Sandbox, WorkerProgram } from './sandbox.ts';

export interface MechanismParts {
  readonly program: WorkerProgram;
  /** Folders that are searched for `bwrap`. */
  readonly searchPath: string;
  readonly gpu: GpuAccess;
  readonly limits: WorkerLimits;
}

/** @throws Error that says what is missing. */
export async function createSandbox(mechanism: Confinement, parts: MechanismParts): Promise<Sandbox> {
  const { program, searchPath, gpu, limits } = parts;
  switch (mechanism) {
    case 'bubblewrap': {
      const file = findProgram('bwrap', searchPath);
      if (file === undefined) throw new MechanismMissing('bubblewrap is not installed');
      return Bubblewrap.create(file, program, gpu);
    }
    case 'landlock': {
      const architecture = process.arch;
      if (architecture !== 'x64' && architecture !== 'arm64') {
        throw new MechanismMissing(`there is no system-call filter for ${architecture} processors`);
      }
      const filter = (ownPid: number) => landlockFilter({ architecture, ownPid, cuda: usesCuda(gpu) });
      const launcherPath = launcherOf(program, 'linux.js');
      return Landlock.create({ program, launcherPath, gpu, filter });
    }
    case 'restricted-token':
      return RestrictedToken.create({ program, launcherPath: launcherOf(program, 'windows.js'), limits });
  }
}

/** It is not there at all. */
class MechanismMissing extends Error {}

/** What a user can do about a mechanism that does not work, as sentences. */
export function adviceFor(mechanism: Confinement, failure: Error): string {
  switch (mechanism) {
    case 'bubblewrap':
      return bubblewrapAdvice(failure);
    case 'landlock':
      return `Landlock does not work here (${failure.message}). It needs Linux 5.13 or later, with Landlock turned on.`;
    case 'restricted-token':
      return `The restricted token does not work here (${failure.message}). Reinstall Gata and start it again.`;
  }
}

function bubblewrapAdvice(failure: Error): string {
  if (failure instanceof MechanismMissing) {
    return 'bubblewrap is not installed. Install it (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap) and start Gata again.';
  }
  const { message } = failure;
  const isForbidden = /namespace|uid map|permission denied|operation not permitted/i.test(message);
  const advice = isForbidden
    ? 'This system does not let users make namespaces. On Ubuntu 24.04 and later allow it for bwrap with an AppArmor profile, or for all programs with: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0. Elsewhere: sudo sysctl kernel.unprivileged_userns_clone=1.'
    : 'Reinstall Gata and bubblewrap, then start Gata again.';
  return `bubblewrap does not work here (${message}). ${advice}`;
}

/** The launchers are built beside the worker's folder. */
function launcherOf({ entryPath }: WorkerProgram, name: string): string {
  return path.resolve(path.dirname(entryPath), '..', 'confine', name);
}

function findProgram(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
}
