import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Agent } from './agent.ts';
import { PauseLease } from './pause-lease.ts';

/**
 * A game launcher that does what docs/local-api.md asks of one, with nothing but Node: it finds or starts the agent,
 * gets a token of its own, pauses compute, runs the game, and lets compute go on.
 *
 *     main.ts --name NAME [--data-dir FOLDER] [--agent-command JSON] [--ttl-seconds N] [--wait] PROGRAM ARGS…
 *
 * It writes a JSON line for each step, and with --wait waits for a line of input between pause and game.
 */
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string', default: 'Reference Launcher' },
    'data-dir': { type: 'string' },
    'agent-command': { type: 'string', default: '[]' },
    'ttl-seconds': { type: 'string', default: '3600' },
    wait: { type: 'boolean', default: false },
  },
});

const command: unknown = JSON.parse(flags['agent-command']);
const agent = new Agent({
  name: flags.name,
  command: Array.isArray(command) ? command.map(String) : [],
  dataFolder: flags['data-dir'],
});
tell({ step: 'connected', started: await agent.connect() });

const [program = '', ...args] = positionals;
const pause = {
  id: `reference-launcher:${process.pid}`,
  title: program.slice(program.lastIndexOf('/') + 1),
  ttlSeconds: Number(flags['ttl-seconds']),
};
const lease = await PauseLease.take(agent, pause, () => tell({ step: 'renewed' }));
tell({ step: 'paused', lease: pause.id });
try {
  if (flags.wait) await once(process.stdin, 'data');
  const game = spawn(program, args, { stdio: 'ignore' });
  const ended = once(game, 'exit');
  await once(game, 'spawn');
  tell({ step: 'playing', pid: game.pid });
  if (game.pid !== undefined) await lease.handTo(game.pid);
  await ended;
} finally {
  await lease.release();
}
tell({ step: 'released' });
process.stdin.destroy();

function tell(step: object): void {
  process.stdout.write(`${JSON.stringify(step)}\n`);
}
