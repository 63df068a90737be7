import { Console } from 'node:console';
import { GataError } from '../shared/gata-error.ts';
import { AgentLink } from './guard/agent-link.ts';
import { GUARD_HELP, type GuardArguments, parseGuardArguments } from './guard/guard-arguments.ts';
import { GUARD_EXIT, type GuardExit } from './guard/guard-exit.ts';
import { GuardProgram } from './guard/guard-program.ts';

/** An agent that does not read any more need not be waited for. */
const LAST_WORDS_MS = 500;

// stdout carries frames and nothing else, whatever a library prints.
globalThis.console = new Console(process.stderr, process.stderr);

const flags = readArguments();
if (flags === 'help') {
  console.log(GUARD_HELP);
} else if (flags === undefined) {
  process.exitCode = GUARD_EXIT.protocolViolation;
} else {
  process.exit(await guard(flags));
}

async function guard(flags: GuardArguments): Promise<GuardExit> {
  const log = (line: string): void => console.error(line);
  const program = new GuardProgram({ ...flags, log, send: (message) => link.send(message) });
  const link = new AgentLink(process.stdin, process.stdout, {
    message: (message) => program.take(message),
    gone: () => program.end(GUARD_EXIT.ended),
    violation: (detail) => {
      log(`protocol violation: ${detail}`);
      program.end(GUARD_EXIT.protocolViolation);
    },
  });
  // Windows has none of these but the closing of a console; there, the end of stdin is the signal.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => program.end(GUARD_EXIT.ended));
  }
  process.on('uncaughtException', (error) => {
    log(error.stack ?? String(error));
    program.end(GUARD_EXIT.error);
  });
  const exit = await program.run();
  await link.flushed(LAST_WORDS_MS);
  return exit;
}

function readArguments(): GuardArguments | 'help' | undefined {
  try {
    return parseGuardArguments(process.argv.slice(2), process.platform);
  } catch (error) {
    console.error(GataError.from(error).message);
    return undefined;
  }
}
