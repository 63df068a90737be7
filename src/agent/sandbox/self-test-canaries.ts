import { createHash, randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type ListenOptions, type NetConnectOpts } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { type SelfTestTargets, selfTestFileName } from '../../shared/self-test-protocol.ts';
import { writePrivateFile } from '../private-file.ts';

const CANARY_NAME = 'self-test-canary';
/** Below the kernel's limit of 108 bytes for a Unix socket's path. */
const SOCKET_PATH_LENGTH = 100;
const SELF_CHECK_MS = 5000;

/** Where the user's secrets would be, by their place in the home folder. */
const SECRETS_OF_HOME = [
  ...[
    '.ssh/id_ed25519',
    '.ssh/id_rsa',
    '.ssh/known_hosts',
    '.ssh/authorized_keys',
    '.netrc',
    '.git-credentials',
  ],
  ...['.bash_history', '.bashrc', '.profile', '.npmrc', '.aws/credentials', '.config/gata/config.json'],
];
const SECRET_FOLDERS_OF_HOME = [
  ...['.ssh', '.gnupg', '.ethereum', '.bitcoin', '.mozilla', '.config/google-chrome', '.config/chromium'],
  ...['Documents', 'AppData/Roaming', 'AppData/Local/Google/Chrome/User Data'],
];
/** Set by the sandbox itself, or the same for everybody. */
const COMMON_VARIABLES =
  /^(PWD|OLDPWD|SHLVL|_|LANG|LC_\w+|LD_LIBRARY_PATH|VK_\w+|CUDA_\w+|NVIDIA_\w+|SystemRoot|windir|SystemDrive|ComSpec|PATHEXT|OS|NUMBER_OF_PROCESSORS|PROCESSOR_\w+)$/i;

export interface CanaryPlaces {
  /** The agent's own folder, which holds what a model must not see. */
  readonly dataFolder: string;
  readonly homeFolder?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Things that the self-test goes for. They exist while this is open, and it notices who came. */
export class SelfTestCanaries implements AsyncDisposable {
  readonly targets: SelfTestTargets;
  readonly #opened: AsyncDisposableStack;
  readonly #datagrams: Socket;
  readonly #received: Set<string>;

  private constructor(
    targets: SelfTestTargets,
    opened: AsyncDisposableStack,
    datagrams: Socket,
    received: Set<string>,
  ) {
    this.targets = targets;
    this.#opened = opened;
    this.#datagrams = datagrams;
    this.#received = received;
  }

  /** @throws Error when a canary cannot be reached from here either, so that nothing would be proved. */
  static async open({ dataFolder, homeFolder, environment }: CanaryPlaces): Promise<SelfTestCanaries> {
    await using opening = new AsyncDisposableStack();
    const nonce = randomUUID();
    const canary = path.join(dataFolder, CANARY_NAME);
    writePrivateFile(canary, nonce);
    opening.defer(() => rmSync(canary, { force: true }));

    const tcp: SelfTestTargets['tcp'] = [];
    for (const host of ['127.0.0.1', '::1']) {
      const port = await listen(opening, { host, port: 0 });
      if (port !== undefined) tcp.push({ host, port });
    }
    const sockets: string[] = [];
    for (const name of socketNames(dataFolder, nonce)) {
      if ((await listen(opening, { path: name })) !== undefined) sockets.push(name);
    }
    const received = new Set<string>();
    const datagrams = createSocket('udp4', (message) => received.add(message.toString('latin1')));
    opening.defer(() => new Promise<void>((resolve) => datagrams.close(() => resolve())));
    datagrams.bind(0, '127.0.0.1');
    await once(datagrams, 'listening');

    const home = homeFolder ?? homedir();
    const targets: SelfTestTargets = {
      nonce,
      canary: { path: canary, sha256: sha256(nonce) },
      files: existing([
        ...SECRETS_OF_HOME.map((file) => path.join(home, file)),
        ...['tokens.json', 'node-key.json', 'settings.json'].map((file) => path.join(dataFolder, file)),
        ...['/etc/shadow', '/etc/machine-id', '/etc/ssh/ssh_host_ed25519_key'],
      ]),
      folders: existing([
        dataFolder,
        ...(isPrivate(home) ? [home] : []),
        ...SECRET_FOLDERS_OF_HOME.map((folder) => path.join(home, folder)),
        ...['/root', '/home', '/etc', '/var/log'],
      ]).flatMap(countEntries),
      writeIn: existing([
        ...[dataFolder, home, tmpdir(), path.parse(dataFolder).root],
        ...(process.platform === 'win32'
          ? [process.env.windir ?? 'C:\\Windows']
          : ['/etc', '/usr', '/usr/lib', '/var/tmp', '/dev/shm', '/run']),
      ]),
      programs: existing(
        process.platform === 'win32'
          ? [path.join(process.env.windir ?? 'C:\\Windows', 'System32', 'hostname.exe')]
          : ['/bin/sh', '/usr/bin/true', '/bin/su', '/usr/bin/bwrap'],
      ),
      pid: process.pid,
      tcp,
      udpPort: datagrams.address().port,
      sockets,
      environmentDigests: Object.entries(environment ?? process.env)
        .filter(([name, value]) => value !== undefined && value !== '' && !COMMON_VARIABLES.test(name))
        .map(([name, value]) => sha256(`${name}=${value}`)),
    };
    const canaries = new SelfTestCanaries(targets, opening.move(), datagrams, received);
    try {
      await canaries.#checkReachable();
      return canaries;
    } catch (error) {
      await canaries[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What arrived outside until now, as `seenAs` names it. Files that were left are removed. */
  async seen(): Promise<Set<string>> {
    await this.#flush();
    const { nonce, writeIn } = this.targets;
    const seen = new Set<string>();
    for (const folder of writeIn) {
      const file = path.join(folder, selfTestFileName(nonce));
      if (!existsSync(file)) continue;
      seen.add(folder);
      rmSync(file, { force: true });
    }
    if (this.#received.has(nonce)) seen.add('udp');
    // A query holds its name's labels as they are.
    if ([...this.#received].some((message) => message.includes('self-test'))) seen.add('dns');
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }

  async #checkReachable(): Promise<void> {
    const { tcp, sockets } = this.targets;
    if (tcp.length === 0) throw new Error('no TCP port can be opened on the loopback interface');
    const ways: NetConnectOpts[] = [...tcp, ...sockets.map((name) => ({ path: name }))];
    await Promise.all([...ways.map(checkConnection), this.#flush()]);
  }

  /** Datagrams of one socket arrive in order: when its own came, all that were sent before have come. */
  async #flush(): Promise<void> {
    const mark = randomUUID();
    const timer = AbortSignal.timeout(SELF_CHECK_MS);
    this.#datagrams.send(mark, this.targets.udpPort, '127.0.0.1');
    while (!this.#received.has(mark)) await once(this.#datagrams, 'message', { signal: timer });
  }
}

/** The port, 0 for what has none, or undefined where this machine lacks that kind of address. */
async function listen(opened: AsyncDisposableStack, options: ListenOptions): Promise<number | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.destroy();
  });
  try {
    server.listen(options);
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  opened.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function checkConnection(options: NetConnectOpts): Promise<void> {
  const socket = connect(options);
  await once(socket, 'connect', { signal: AbortSignal.timeout(SELF_CHECK_MS) });
  socket.on('error', () => {});
  socket.destroy();
}

function socketNames(dataFolder: string, nonce: string): string[] {
  if (process.platform === 'win32') return [`\\\\.\\pipe\\gata-self-test-${nonce}`];
  const name = `self-test-${nonce.slice(0, 8)}.sock`;
  const inside = path.join(dataFolder, name);
  const file = inside.length <= SOCKET_PATH_LENGTH ? inside : path.join(tmpdir(), name);
  return process.platform === 'linux' ? [file, `\0gata-self-test-${nonce}`] : [file];
}

/** A home folder whose sight would tell something: not the root, nor a folder for all. */
function isPrivate(home: string): boolean {
  return home !== path.parse(home).root && home !== tmpdir();
}

function existing(files: readonly string[]): string[] {
  return [...new Set(files)].filter((file) => existsSync(file));
}

/** Folders that cannot be listed here, or are empty, prove nothing. */
function countEntries(folder: string): SelfTestTargets['folders'] {
  try {
    const entries = statSync(folder).isDirectory() ? readdirSync(folder).length : 0;
    return entries === 0 ? [] : [{ path: folder, entries }];
  } catch {
    return [];
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
