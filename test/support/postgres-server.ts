import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

const VERSIONS = '/usr/lib/postgresql';
const PROGRAMS = existsSync(VERSIONS)
  ? readdirSync(VERSIONS)
      .map((version) => path.join(VERSIONS, version, 'bin'))
      .find((folder) => existsSync(path.join(folder, 'initdb')))
  : undefined;

export const hasPostgres = PROGRAMS !== undefined;

/** Debian's PostgreSQL on a port and folder of its own. */
export class PostgresServer implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  #log = '';

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.url = url;
    child.stderr?.on('data', (text) => {
      this.#log += String(text);
    });
  }

  /** What the server has logged. */
  get log(): string {
    return this.#log;
  }

  static async start(): Promise<PostgresServer> {
    if (PROGRAMS === undefined) throw new Error('PostgreSQL is not installed: apt install postgresql');
    const folder = mkdtempSync(path.join(tmpdir(), 'gata-postgres-'));
    // It refuses to run as root.
    const identity = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
    if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
    const data = path.join(folder, 'data');
    execFileSync(path.join(PROGRAMS, 'initdb'), ['-D', data, '-U', 'gata', '-A', 'trust', '--no-sync'], {
      ...identity,
      stdio: 'ignore',
    });
    const port = await freePort();
    const child = spawn(
      path.join(PROGRAMS, 'postgres'),
      ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-F'],
      { ...identity, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const server = new PostgresServer(child, folder, `postgres://gata@127.0.0.1:${port}/postgres`);
    await server.#ready();
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGINT');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`PostgreSQL ended with ${this.#child.exitCode}.`);
      const client = new pg.Client({ connectionString: this.url });
      try {
        await client.connect();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      } finally {
        await client.end();
      }
    }
  }
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
}
