import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';

export const hasXvfb = process.platform === 'linux' && existsSync('/usr/bin/Xvfb');

/** A real X server without a screen, on a display of its own. */
export class Xvfb implements AsyncDisposable {
  readonly environment: NodeJS.ProcessEnv;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(server: ChildProcess, folder: string, display: string) {
    this.#process = server;
    this.#folder = folder;
    this.environment = { DISPLAY: `:${display}`, XAUTHORITY: path.join(folder, 'authority'), HOME: folder };
  }

  /** @param cookie Sixteen bytes that clients must show; without them everybody may connect. */
  static async start(
    options: { cookie?: Buffer; without?: readonly string[]; display?: string } = {},
  ): Promise<Xvfb> {
    const folder = await mkdtemp(path.join(tmpdir(), 'xvfb-'));
    const authority = path.join(folder, 'authority');
    const { cookie } = options;
    if (cookie !== undefined) await writeFile(authority, authorityEntry(cookie), { mode: 0o600 });
    const server = spawn(
      '/usr/bin/Xvfb',
      [
        ...(options.display === undefined ? ['-displayfd', '3'] : [`:${options.display}`, '-displayfd', '3']),
        ...['-screen', '0', '1280x800x24', '-nolisten', 'tcp', '-noreset'],
        ...(cookie === undefined ? ['-ac'] : ['-auth', authority]),
        ...(options.without ?? []).flatMap((extension) => ['-extension', extension]),
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
    );
    const display = await firstLine(server.stdio[3] as Readable);
    return new Xvfb(server, folder, display);
  }

  get display(): string {
    return String(this.environment.DISPLAY).slice(1);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One entry that holds for every address and display: family 65535, counted strings in network order. */
function authorityEntry(cookie: Buffer): Buffer {
  const counted = (bytes: Buffer) => Buffer.concat([Buffer.from([0, bytes.length]), bytes]);
  const empty = Buffer.alloc(0);
  const name = Buffer.from('MIT-MAGIC-COOKIE-1');
  return Buffer.concat([Buffer.from([0xff, 0xff]), ...[empty, empty, name, cookie].map(counted)]);
}

async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) return text.trim();
  }
  throw new Error('Xvfb did not start');
}
