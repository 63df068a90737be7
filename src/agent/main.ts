import { join } from 'node:path';
import { GataError } from '../shared/gata-error.ts';
import { HELP, parseAgentArguments } from './agent-arguments.ts';
import { exitCodeOf } from './exit-codes.ts';
import { AGENT_VERSION } from './version.ts';

try {
  const parsed = parseAgentArguments(process.argv.slice(2));
  if (parsed === 'help') process.stdout.write(HELP);
  else if (parsed === 'version') process.stdout.write(`${AGENT_VERSION}\n`);
  else {
    const { startAgent } = await import('./compose.ts');
    const { port, dashboardUrl } = await startAgent({
      ...parsed,
      // Two folders up from src/agent as from out/agent.
      programsFolder: join(import.meta.dirname, '..', '..'),
    });
    // For a program that started it: one line of JSON, without the token, as it may end in a log.
    process.stdout.write(
      process.stdout.isTTY
        ? `Gata is running. Dashboard: ${dashboardUrl}\n`
        : `${JSON.stringify({ ready: true, port, pid: process.pid })}\n`,
    );
  }
} catch (thrown) {
  const error = GataError.from(thrown);
  const cause =
    error.code === 'internal-error'
      ? `\n${String(error.cause instanceof Error ? error.cause.stack : error.cause)}`
      : '';
  process.stderr.write(`error: ${error.message} (${error.code})${cause}\n`);
  process.exit(exitCodeOf(error.code));
}
