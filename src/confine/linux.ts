import { writeSync } from 'node:fs';
import {
  CONFINEMENT_COMPLAINT,
  CONFINEMENT_EXIT_CODES,
  LANDLOCK_VERSION_QUESTION,
  type LinuxConfinement,
  linuxConfinementSchema,
} from '../shared/confinement.ts';
import { ConfinementFailed } from './linux/confinement-failed.ts';
import { dropPrivileges } from './linux/drop-privileges.ts';
import { enterLandlock } from './linux/enter-landlock.ts';
import { followParent } from './linux/follow-parent.ts';
import { Libc } from './linux/libc.ts';
import { readFilter } from './linux/read-filter.ts';
import { setLimits } from './linux/set-limits.ts';

/** SIGPIPE and SIGXFSZ: Node ignores them, and what is ignored stays ignored in the next program. */
const IGNORED_BY_NODE = [13, 25];
const STANDARD_DESCRIPTORS = [0, 1, 2];
const STDERR = 2;

/**
 * Puts the sandbox on this very process and becomes the worker in it. All of it happens on the main thread, which
 * alone survives the change of program; each step is checked, so that there is never a half-confined worker.
 */
function become(confinement: LinuxConfinement, filter: Uint8Array): never {
  const libc = new Libc();
  libc.becomeSessionLeader();
  process.umask(0o077);
  setLimits(libc, confinement.limits, confinement.isAwaited === true);
  dropPrivileges(libc, confinement.user);
  followParent(libc, confinement.parentPid);
  process.chdir(confinement.temporaryFolder);
  // Marked and not closed, so that Node itself works to the end.
  libc.closeOnExecFrom(STANDARD_DESCRIPTORS.length);
  for (const descriptor of STANDARD_DESCRIPTORS) libc.keepOnExec(descriptor);
  libc.restoreSignals(IGNORED_BY_NODE);
  enterLandlock(libc, confinement);
  libc.enterFilter(filter);
  return libc.execute(
    confinement.program,
    [confinement.program, ...confinement.args],
    confinement.environment,
  );
}

function readInstructions(argument: string | undefined): LinuxConfinement {
  try {
    return linuxConfinementSchema.parse(JSON.parse(argument ?? ''));
  } catch (error) {
    throw new ConfinementFailed('instructions', `these are no instructions: ${String(error)}`, {
      cause: error,
    });
  }
}

try {
  const argument = process.argv[2];
  if (argument === LANDLOCK_VERSION_QUESTION) process.stdout.write(`${new Libc().landlockVersion()}\n`);
  else become(readInstructions(argument), readFilter());
} catch (error) {
  const step = error instanceof ConfinementFailed ? error.step : 'files';
  const message = error instanceof Error ? error.message : String(error);
  writeSync(STDERR, `${CONFINEMENT_COMPLAINT}${message.replaceAll(/\s+/g, ' ')}\n`);
  process.exit(CONFINEMENT_EXIT_CODES[step]);
}
