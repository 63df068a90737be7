import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, closeSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import koffi, { type KoffiFunc } from 'koffi';
import { builtGpuProgram } from './built-program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const AF_UNIX = 1;
const SOCK_STREAM_CLOEXEC = 0x80001;
const SOCKADDR_BYTES = 110;

export interface HelperProcessOptions {
  readonly nvmlLibrary: string;
  readonly allowedUids?: readonly number[];
  /** Who owns the socket besides root, with `mode`. */
  readonly gid?: number;
  readonly idleSeconds?: number;
}

/**
 * Stands in for systemd: makes the socket, passes it to the built helper, and keeps it while helpers come and go.
 * The socket is all that clients see.
 */
export class HelperProcess implements AsyncDisposable {
  readonly socketPath: string;
  readonly journal: string;
  /** All that helpers have logged. */
  log = '';
  readonly #options: HelperProcessOptions;
  readonly #folder = temporaryFolder();
  readonly #program: string;
  readonly #socket: number;
  #child: ChildProcess | undefined;

  static async start(options: HelperProcessOptions): Promise<HelperProcess> {
    const helper = new HelperProcess(options, await builtGpuProgram('helper.js'));
    helper.spawn();
    return helper;
  }

  private constructor(options: HelperProcessOptions, program: string) {
    this.#options = options;
    this.#program = program;
    // Others may knock: the socket's own mode keeps them out.
    chmodSync(this.#folder.path, 0o755);
    this.socketPath = join(this.#folder.path, 'helper.socket');
    this.journal = join(this.#folder.path, 'limits.json');
    this.#socket = listenUnaccepted(this.socketPath);
    if (options.gid !== undefined) chownSync(this.socketPath, 0, options.gid);
    chmodSync(this.socketPath, 0o660);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts a helper on the socket, as the unit does. */
  spawn(): void {
    const { allowedUids = [], idleSeconds } = this.#options;
    const allowed = allowedUids.flatMap((uid) => ['--allow-uid', String(uid)]);
    const idle = idleSeconds === undefined ? [] : ['--idle-seconds', String(idleSeconds)];
    // LISTEN_PID is the helper's own, so a shell that becomes the helper sets it.
    const command = ['-c', 'LISTEN_PID=$$ exec "$@"', 'sh', process.execPath, ...this.#command()];
    const child = spawn('sh', [...command, ...allowed, ...idle], {
      env: { LISTEN_FDS: '1' },
      stdio: ['ignore', 'ignore', 'pipe', this.#socket],
    });
    child.stderr?.on('data', (text: Buffer) => {
      this.log += text.toString();
    });
    this.#child = child;
  }

  /** The exit code; null after a signal. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** As ExecStopPost does. @returns Its exit code. */
  restore(): number | null {
    const result = spawnSync(process.execPath, [...this.#command(), '--restore'], {
      encoding: 'utf8',
      env: {},
    });
    this.log += result.stderr;
    return result.status;
  }

  hasJournal(): boolean {
    return existsSync(this.journal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL');
    await this.ended();
    closeSync(this.#socket);
    this.#folder[Symbol.dispose]();
  }

  #command(): string[] {
    const { nvmlLibrary } = this.#options;
    return ['--jitless', this.#program, '--journal', this.journal, '--nvml-library', nvmlLibrary];
  }
}

/** A listening Unix socket whose connections this process leaves to another. */
function listenUnaccepted(path: string): number {
  const libc = koffi.load('libc.so.6');
  const socket: KoffiFunc<(family: number, type: number, protocol: number) => number> = libc.func(
    'int socket(int family, int type, int protocol)',
  );
  const bind: KoffiFunc<(descriptor: number, address: Buffer, length: number) => number> = libc.func(
    'int bind(int descriptor, uint8_t *address, uint32_t length)',
  );
  const listen: KoffiFunc<(descriptor: number, backlog: number) => number> = libc.func(
    'int listen(int descriptor, int backlog)',
  );
  const address = Buffer.alloc(SOCKADDR_BYTES);
  address.writeUInt16LE(AF_UNIX, 0);
  address.write(path, 2);
  const descriptor = socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
  if (descriptor < 0 || bind(descriptor, address, SOCKADDR_BYTES) !== 0 || listen(descriptor, 64) !== 0) {
    throw new Error(`No socket could be made at ${path}.`);
  }
  return descriptor;
}
