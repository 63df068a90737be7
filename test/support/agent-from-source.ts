import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const SOURCES = join(import.meta.dirname, '../../src/agent');
const readySchema = z.object({ ready: z.literal(true), port: z.int(), pid: z.int() });

export interface FinishedProcess {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the agent or the `gata` command from its sources until it ends. */
export async function runFromSource(
  program: 'main' | 'cli',
  args: readonly string[],
): Promise<FinishedProcess> {
  const child = spawn(process.execPath, [join(SOURCES, `${program}.ts`), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { exitCode: z.int().nullable().parse(exitCode), stdout, stderr };
}

export interface RunningAgent extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Sends the signal and resolves with the exit code, null after a SIGKILL. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Resolves with the exit code when it ends by itself. */
  readonly exited: Promise<number | null>;
}

/** The agent from its sources on a free port, without a gateway; it serves when this resolves. */
export async function startAgentFromSource(
  dataFolder: string,
  args: readonly string[] = ['--port', '0'],
): Promise<RunningAgent> {
  const child = spawn(
    process.execPath,
    [join(SOURCES, 'main.ts'), ...['--data-dir', dataFolder, '--gateway', 'http://127.0.0.1:9'], ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exited = once(child, 'exit').then(([code]) => z.int().nullable().parse(code));
  const failed = exited.then((code) => {
    throw new Error(`The agent ended with ${code}: ${stderr}`);
  });
  failed.catch(() => {});
  const [line] = await Promise.race([once(child.stdout, 'data'), failed]);
  const { port, pid } = readySchema.parse(JSON.parse(String(line)));
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return { port, pid, end, exited, [Symbol.asyncDispose]: async () => void (await end('SIGTERM')) };
}
