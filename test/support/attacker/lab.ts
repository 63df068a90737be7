import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type ListenOptions } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Targets } from './targets.ts';

const SLEEPERS = 8;
const CONNECT_MS = 1000;
const victimSchema = z.object({ pid: z.int(), address: z.string(), descriptor: z.int() });

export interface LabOptions {
  /** An empty folder of this user's. */
  readonly folder: string;
  /** `victim.c`, and its copy with the setuid bit. */
  readonly program: string;
  readonly setuidProgram: string;
  readonly programFolder: string;
}

/** A user's computer in small, with everything on it that an attacker might want; it notices what happens to it. */
export class Lab implements AsyncDisposable {
  readonly secret: string;
  readonly targets: Omit<Targets, 'modelFolder'>;
  readonly #opened: AsyncDisposableStack;
  readonly #came: Set<string>;
  readonly #sleepers: readonly ChildProcess[];

  private constructor(
    secret: string,
    targets: Omit<Targets, 'modelFolder'>,
    came: Set<string>,
    sleepers: readonly ChildProcess[],
    opened: AsyncDisposableStack,
  ) {
    this.secret = secret;
    this.targets = targets;
    this.#came = came;
    this.#sleepers = sleepers;
    this.#opened = opened;
  }

  static async open({ folder, program, setuidProgram, programFolder }: LabOptions): Promise<Lab> {
    await using opening = new AsyncDisposableStack();
    const secret = `secret-${randomBytes(20).toString('hex')}`;
    const nonce = `gata-${randomBytes(6).toString('hex')}`;
    const came = new Set<string>();
    const paths = makeFiles(folder, secret);
    const key = 0x6000_0000 + randomBytes(3).readUIntBE(0, 3);

    const sockets = {
      path: path.join(folder, 'other.sock'),
      abstract: `\0${nonce}`,
      bus: path.join(folder, 'bus'),
      screen: path.join(folder, '.X11-unix-X77'),
      abstractScreen: `\0/tmp/.X11-unix/X${nonce}`,
    };
    for (const [name, socket] of Object.entries(sockets)) await listen(opening, came, name, { path: socket });
    const ports = {
      tcp4: await listen(opening, came, 'tcp4', { host: '127.0.0.1', port: 0 }),
      // A machine without IPv6 has nothing to reach by it.
      tcp6: await listen(opening, came, 'tcp6', { host: '::1', port: 0 }).catch(() => 0),
      udp4: await receive(opening, came, 'udp4', '127.0.0.1'),
      udp6: await receive(opening, came, 'udp6', '::1').catch(() => 0),
    };
    const watcher = start(opening, program, ['watch', paths.secrets.document, String(key)]);
    const victim = victimSchema.parse(JSON.parse(await firstLine(watcher)));
    const session = start(opening, '/usr/bin/script', ['-qc', 'tty; exec sleep 300', '/dev/null']);
    const terminal = (await firstLine(session)).trim();
    const sleepers = Array.from({ length: SLEEPERS }, () => start(opening, '/bin/sleep', ['300']));

    const targets = {
      ...paths,
      nonce,
      programFolder,
      victim: { ...victim, key },
      sleepers: sleepers.map(({ pid }) => pid ?? 0),
      terminal,
      agentPid: process.pid,
      ports,
      sockets,
      program,
      setuidProgram,
      programBytes: readFileSync(program).toString('base64'),
    };
    return new Lab(secret, targets, came, sleepers, opening.move());
  }

  /** Whether somebody reached that listener since this was last asked. */
  came(name: string): boolean {
    return this.#came.delete(name);
  }

  /** Whether the attacker's file is in that folder; it is removed. */
  takeFile(folder: string): boolean {
    const file = path.join(folder, this.targets.nonce);
    if (!existsSync(file)) return false;
    rmSync(file, { force: true });
    return true;
  }

  /** Whether that file is no longer what it was; it is made so again. */
  takeChange(file: string): boolean {
    if (existsSync(file) && readFileSync(file, 'utf8') === this.secret) return false;
    writeFileSync(file, this.secret, { mode: 0o600 });
    return true;
  }

  takeModeChange(file: string): boolean {
    return (statSync(file).mode & 0o777) !== 0o600;
  }

  /** Whether a sleeper is dead. */
  hasDied(index: number): boolean {
    const sleeper = this.#sleepers[index];
    return sleeper !== undefined && (sleeper.exitCode !== null || sleeper.signalCode !== null);
  }

  /** Whether a sleeper has the lowest priority. */
  isSlowed(index: number): boolean {
    const pid = this.#sleepers[index]?.pid ?? 0;
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[16] === '19';
  }

  /** Whether something of the attacker's listens at that port of this machine. */
  async reaches(port: number): Promise<boolean> {
    if (!Number.isInteger(port)) return false;
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => {});
    try {
      const [bytes]: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(CONNECT_MS) });
      return String(bytes) === this.targets.nonce;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }

  /** Whether the attacker's message queue is there; it is removed. */
  takeMessageQueue(): boolean {
    return spawnSync(this.targets.program, ['queue', `/${this.targets.nonce}`]).status === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

function makeFiles(folder: string, secret: string) {
  const homeFolder = path.join(folder, 'home');
  const dataFolder = path.join(homeFolder, '.local/share/gata');
  const modelFolderOutside = path.join(dataFolder, 'models/bundles/its-own');
  const mountPoint = path.join(folder, 'mount');
  mkdirSync(mountPoint, { recursive: true });
  const write = (parent: string, name: string): string => {
    const file = path.join(parent, name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, secret, { mode: 0o600 });
    return file;
  };
  const secrets = {
    document: write(homeFolder, 'letter.txt'),
    sshKey: write(homeFolder, '.ssh/id_ed25519'),
    browserLogins: write(homeFolder, '.mozilla/firefox/a.default/logins.json'),
    browserCookies: write(homeFolder, '.config/google-chrome/Default/Cookies'),
    ethereumWallet: write(homeFolder, '.ethereum/keystore/UTC--wallet'),
    bitcoinWallet: write(homeFolder, '.bitcoin/wallet.dat'),
    gnupgKey: write(homeFolder, '.gnupg/private-keys-v1.d/a.key'),
    shellHistory: write(homeFolder, '.bash_history'),
    agentTokens: write(dataFolder, 'tokens.json'),
    nodeKey: write(dataFolder, 'node-key.json'),
    otherModel: write(dataFolder, 'models/bundles/another/model.onnx'),
  };
  write(modelFolderOutside, 'model.onnx');
  return { homeFolder, dataFolder, modelFolderOutside, mountPoint, secrets };
}

async function listen(
  opened: AsyncDisposableStack,
  came: Set<string>,
  name: string,
  options: ListenOptions,
): Promise<number> {
  const server = createServer((socket) => {
    came.add(name);
    socket.on('error', () => {});
    socket.destroy();
  });
  server.listen(options);
  await once(server, 'listening');
  opened.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function receive(
  opened: AsyncDisposableStack,
  came: Set<string>,
  name: string,
  address: string,
): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4', () => came.add(name));
  socket.bind(0, address);
  await once(socket, 'listening');
  opened.defer(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return socket.address().port;
}

function start(opened: AsyncDisposableStack, file: string, args: readonly string[]): ChildProcess {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  opened.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.stdin?.end();
    // The victim removes its System V objects when its stdin ends; a sleeper has to be told.
    const ended = once(child, 'exit');
    if (file.endsWith('sleep')) child.kill('SIGKILL');
    await Promise.race([ended, sleep(CONNECT_MS, undefined, { ref: false })]);
    child.kill('SIGKILL');
  });
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no pipe');
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  return String(line);
}
