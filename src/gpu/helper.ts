import { GataError } from '../shared/gata-error.ts';
import {
  HELPER_HELP,
  type HelperArguments,
  type HelperCommand,
  parseHelperArguments,
} from './helper/helper-arguments.ts';
import { type HelperHost, openHost } from './helper/helper-host.ts';
import { HelperLimits } from './helper/helper-limits.ts';
import { HelperServer } from './helper/helper-server.ts';
import { serveUntilIdle } from './helper/helper-service.ts';
import { HELPER_VERSION } from './helper/helper-version.ts';
import { openNvmlCards } from './helper/nvml-cards.ts';
import { restoreLeftovers } from './helper/restore-leftovers.ts';
import { readBootId } from './limits/boot-id.ts';
import { LimitJournal } from './limits/limit-journal.ts';
import { monotonicClock } from './limits/monotonic-clock.ts';

/** Exit codes; the unit and Windows start the helper again after anything but 0. */
const EXIT_ERROR = 1;
const EXIT_WRONG_FLAGS = 2;

const log = (line: string): void => console.error(line);

async function perform(command: HelperCommand): Promise<number> {
  if (command === 'help') {
    console.log(HELPER_HELP);
    return 0;
  }
  const host = await openHost(process.platform);
  if (command === 'self-test') {
    console.log(HELPER_VERSION);
    return 0;
  }
  if (command.restore) {
    using limits = openLimits(command);
    return restoreLeftovers(limits, command.journal, log) ? 0 : EXIT_ERROR;
  }
  return await host.run(command, (stop) => serve(command, host, stop));
}

/** Serves until it is told to end or nobody needs it. */
async function serve(command: HelperArguments, host: HelperHost, stop: AbortSignal): Promise<number> {
  using limits = openLimits(command);
  // For a helper before this one that was killed, and whose unit could not do it.
  restoreLeftovers(limits, command.journal, log);
  {
    using server = new HelperServer({ verbs: limits, clock: monotonicClock, log });
    await using _listener = await host.listen(command, server);
    const { idleSeconds } = command;
    const why = await serveUntilIdle({ limits, server, clock: monotonicClock, idleSeconds, signal: stop });
    log(why === 'idle' ? 'nobody needs the helper: it ends' : 'the helper is told to end');
  }
  return limits.isRestoring ? EXIT_ERROR : 0;
}

function openLimits(command: HelperArguments): HelperLimits {
  return new HelperLimits({
    openCards: () => openNvmlCards(command.nvmlLibrary),
    journal: new LimitJournal(command.journal, readBootId()),
    clock: monotonicClock,
    log,
    onDriverGone: (why) => {
      // A fresh process loads the library of the new driver; limits went with the old one.
      log(why);
      process.exit(EXIT_ERROR);
    },
  });
}

try {
  process.exitCode = await perform(parseHelperArguments(process.argv.slice(2)));
} catch (error) {
  const isExpected = error instanceof GataError && error.code === 'invalid-request';
  log(isExpected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = isExpected ? EXIT_WRONG_FLAGS : EXIT_ERROR;
}
// A client that does not close, or a stuck native thread, must not keep a root process.
process.exit();
