import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A screen and a session bus that nobody sees, as far as this machine has the programs for them. */
export interface Desktop extends Disposable {
  /** For programs that belong to it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Without a program for one of them, that one is missing, and said to be. */
export async function startDesktop(): Promise<Desktop> {
  const children: ChildProcess[] = [];
  const environment: Record<string, string> = {};
  const begin = async (name: string, program: string, args: readonly string[], descriptor: 1 | 3) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
    child.on('error', () => console.error(`${program} is not installed: measured without ${name}.`));
    const [error] = await Promise.race([once(child, 'spawn'), once(child, 'error')]);
    if (error !== undefined) return undefined;
    children.push(child);
    return firstLine(child.stdio[descriptor]);
  };
  const display = await begin('a screen', 'Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], 3);
  if (display !== undefined) environment.DISPLAY = `:${display}`;
  const bus = await begin(
    'a session bus',
    'dbus-daemon',
    ['--session', '--nofork', '--nopidfile', '--print-address=1'],
    1,
  );
  if (bus !== undefined) environment.DBUS_SESSION_BUS_ADDRESS = bus;
  return {
    environment,
    [Symbol.dispose]: () => {
      for (const child of children) child.kill();
    },
  };
}

async function firstLine(stream: ChildProcess['stdio'][number] | undefined): Promise<string> {
  if (!isReadable(stream)) throw new Error('The program has no output.');
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error('The program ended.');
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'pipe' in stream;
}
