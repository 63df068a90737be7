import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { encodeFrame, FrameReader } from '../../../src/shared/frame-codec.ts';
import {
  type FromGuard,
  fromGuardSchema,
  GUARD_HEARTBEAT_MS,
  type ToGuard,
} from '../../../src/shared/gpu-guard-protocol.ts';

const root = join(import.meta.dirname, '../../..');
const GUARD_COMMAND = ['--conditions=source', join(root, 'src/gpu/guard.ts')];

export interface GuardProcessOptions {
  readonly journalPath: string;
  readonly libraryPath: string;
  /** Default: one that is not there. */
  readonly helperSocket?: string;
  readonly environment?: Record<string, string>;
  readonly uid?: number;
}

function guardFlags(options: GuardProcessOptions): string[] {
  return [
    ...['--journal', options.journalPath],
    ...['--nvml-library', options.libraryPath],
    ...['--helper-socket', options.helperSocket ?? '/nonexistent/helper.socket'],
  ];
}

/** The guard's program, and this test in the place of the agent. */
export class GuardProcess implements Disposable {
  readonly received: FromGuard[] = [];
  readonly exit: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;
  readonly #wake = new Set<() => void>();
  #log = '';
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: GuardProcessOptions) {
    const child = spawn(process.execPath, [...GUARD_COMMAND, ...guardFlags(options)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
      ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
    });
    this.#child = child;
    const frames = new FrameReader();
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (text) => {
      this.#log += String(text);
    });
    child.stdout.on('data', (bytes: Buffer) => {
      this.received.push(...frames.push(bytes).map((data) => fromGuardSchema.parse(data)));
      for (const wake of this.#wake) wake();
    });
    this.exit = once(child, 'close').then(([code, signal]) => code ?? signal);
    this.beat();
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The guard did not start.');
    return this.#child.pid;
  }

  get log(): string {
    return this.#log;
  }

  send(message: ToGuard): void {
    this.#child.stdin?.write(encodeFrame(message));
  }

  write(bytes: Uint8Array): void {
    this.#child.stdin?.write(bytes);
  }

  beat(): void {
    this.#heartbeat = setInterval(() => this.send({ type: 'heartbeat' }), GUARD_HEARTBEAT_MS);
  }

  fallSilent(): void {
    clearInterval(this.#heartbeat);
  }

  end(): void {
    this.fallSilent();
    this.#child.stdin?.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first message of this type, from position `from` on, that fits; waits for it. */
  async message<T extends FromGuard['type']>(
    type: T,
    fits: (message: Extract<FromGuard, { type: T }>) => boolean = () => true,
    from = 0,
  ): Promise<Extract<FromGuard, { type: T }>> {
    const isIt = (message: FromGuard): message is Extract<FromGuard, { type: T }> => message.type === type;
    for (;;) {
      const found = this.received.slice(from).filter(isIt).find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          const seen = JSON.stringify(this.received.filter((each) => each.type !== 'samples'));
          reject(new Error(`No such message: ${type}. Came: ${seen}. Log: ${this.#log}`));
        }, 20_000);
        const wake = () => {
          clearTimeout(timer);
          this.#wake.delete(wake);
          resolve();
        };
        this.#wake.add(wake);
      });
    }
  }

  /** Sends `hold` and waits for its answer. */
  async hold(uuid: string, powerLimitMilliwatts: number | null, acousticThresholdC: number | null = null) {
    const from = this.received.length;
    this.send({ type: 'hold', uuid, limits: { powerLimitMilliwatts, acousticThresholdC } });
    return this.message('held', (held) => held.uuid === uuid, from);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#heartbeat);
    this.#child.kill('SIGKILL');
  }
}
