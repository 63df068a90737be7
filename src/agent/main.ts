import { join } from 'node:path';
import { GataError } from '../shared/gata-error.ts';
import { HELP, parseAgentArguments } from './agent-arguments.ts';
import { exitCodeOf } from './exit-codes.ts';
import { requirePrivateOutput } from './launcher/private-output.ts';
import { AGENT_VERSION } from './version.ts';

// Whatever this program or one that it starts writes is for the user alone.
process.umask(0o077);

try {
  const parsed = parseAgentArguments(process.argv.slice(2));
  if (parsed === 'help') process.stdout.write(HELP);
  else if (parsed === 'version') process.stdout.write(`${AGENT_VERSION}\n`);
  else {
    if (parsed.handOverToken) requirePrivateOutput(process.env);
    const { startAgent } = await import('./compose.ts');
    const { port, dashboardUrl, launcherToken } = await startAgent({
      ...parsed,
      // Two folders up from src/agent as from out/agent.
      programsFolder: join(import.meta.dirname, '..', '..'),
    });
    // For a program that started it: one line of JSON. It may end in a log, so a token is in it only for a launcher
    // that asked for one, through a pipe.
    process.stdout.write(
      process.stdout.isTTY
        ? `Gata is running. Dashboard: ${dashboardUrl}\n`
        : `${JSON.stringify({ ready: true, port, pid: process.pid, launcherToken })}\n`,
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
