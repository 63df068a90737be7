import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { encodeFrame, FrameReader } from '../../shared/frame-codec.ts';
import { type GpuLimits, NO_GPU_LIMITS } from '../../shared/gpu.ts';
import {
  type FromGuard,
  fromGuardSchema,
  GUARD_HEARTBEAT_MS,
  GUARD_PROTOCOL_VERSION,
  type ToGuard,
} from '../../shared/gpu-guard-protocol.ts';
import { readBoundedLines } from '../sandbox/bounded-lines.ts';
import { guardEnvironment } from './guard-environment.ts';

const LOG_LINES_PER_GUARD = 500;
/** A guard that has said nothing for this long, beyond the time between two readings, hangs in the driver. */
const SILENCE_MS = 5000;
/** Enough to load the driver's library on a slow disk. */
const START_MS = 15_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 30_000;
/** Somebody may install a card's driver while Gata runs. */
const ABSENT_RETRY_MS = 10 * 60_000;
/** Of the agent's time to close, what the guard may take to put the limits back. */
const RELEASE_MS = 1000;

export interface GuardClientOptions {
  /** The guard's program and flags, run by this Node. */
  readonly args: readonly string[];
  readonly logger: Logger;
}

interface GuardClientEvents {
  /** Whatever the guard says. */
  message: [FromGuard];
  /** It ended or was killed because it hung; another is started. In words. */
  down: [string];
}

/**
 * Keeps a GPU guard running and talks with it. A guard that crashes is replaced at once, because the new one puts
 * back what the old one held; one that hangs in a call of the driver is killed.
 */
export class GuardClient extends EventEmitter<GuardClientEvents> implements AsyncDisposable {
  readonly #options: GuardClientOptions;
  readonly #held = new Map<string, GpuLimits>();
  #guard: ChildProcessWithoutNullStreams | undefined;
  #sampleEveryMs = 5000;
  #crashes = 0;
  #closing = false;
  #isReady = false;
  #silence: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: GuardClientOptions) {
    super();
    this.#options = options;
  }

  /** The guard's process, for tests and the log. */
  get pid(): number | undefined {
    return this.#guard?.pid;
  }

  start(): void {
    this.#spawn();
  }

  sampleEvery(everyMs: number): void {
    if (this.#sampleEveryMs === everyMs) return;
    this.#sampleEveryMs = everyMs;
    this.#send({ type: 'sample', everyMs });
    // It reads at once, so it need not be waited for as long as before.
    if (this.#isReady) this.#watchSilence(this.#patienceMs);
  }

  /** Reads every card now, besides. */
  readNow(): void {
    this.#send({ type: 'sample', everyMs: this.#sampleEveryMs });
  }

  /** Asks for limits on one card; nothing happens when they are asked for already. */
  hold(uuid: string, limits: GpuLimits): void {
    const { powerLimitMilliwatts, acousticThresholdC } = this.#held.get(uuid) ?? NO_GPU_LIMITS;
    const isSame =
      powerLimitMilliwatts === limits.powerLimitMilliwatts &&
      acousticThresholdC === limits.acousticThresholdC;
    if (isSame) return;
    if (limits.powerLimitMilliwatts === null && limits.acousticThresholdC === null) this.#held.delete(uuid);
    else this.#held.set(uuid, limits);
    this.#send({ type: 'hold', uuid, limits });
    this.#beat();
  }

  /** Puts back every limit. */
  release(): void {
    if (this.#held.size === 0) return;
    this.#held.clear();
    this.#send({ type: 'release' });
    this.#beat();
  }

  /** The privileged helper came or went. */
  reconnect(): void {
    this.#send({ type: 'reconnect' });
  }

  /** Puts the limits back and ends the guard. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    clearInterval(this.#heartbeat);
    const guard = this.#guard;
    if (guard === undefined) return;
    // The end of its input is its order to put everything back and to end.
    guard.stdin.end();
    const timer = new AbortController();
    await Promise.race([
      once(guard, 'exit'),
      sleep(RELEASE_MS, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    // One that is not done by then is left to finish: it holds nothing of the agent's.
    guard.unref();
  }

  #spawn(): void {
    const { args, logger } = this.#options;
    const guard = spawn(process.execPath, args, {
      env: guardEnvironment(process.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#guard = guard;
    this.#isReady = false;
    const frames = new FrameReader();
    let ended: 'absent' | 'protocol' | undefined;
    guard.stdin.on('error', () => undefined);
    guard.stdout.on('data', (bytes: Buffer) => {
      try {
        for (const data of frames.push(bytes)) {
          const message = fromGuardSchema.parse(data);
          if (message.type === 'absent') ended = 'absent';
          this.#take(message);
        }
      } catch (error) {
        logger.error({ err: error }, 'the GPU guard sent what cannot be read');
        ended = 'protocol';
        guard.kill('SIGKILL');
      }
    });
    readBoundedLines(guard.stderr, LOG_LINES_PER_GUARD, (line) => logger.info({ line }, 'GPU guard'));
    guard.on('error', (error) => logger.error({ err: error }, 'the GPU guard could not be started'));
    guard.on('close', (code, signal) => {
      clearTimeout(this.#silence);
      if (this.#guard === guard) this.#guard = undefined;
      if (this.#closing) return;
      if (ended !== 'absent') {
        logger.warn({ code, signal }, 'the GPU guard ended');
        this.emit('down', 'The program that reads the graphics card ended; it is started again.');
      }
      this.#startAgain(ended === 'absent');
    });
    this.#watchSilence(START_MS);
  }

  #take(message: FromGuard): void {
    if (message.type === 'ready') {
      this.#isReady = true;
      if (message.protocol !== GUARD_PROTOCOL_VERSION) {
        throw new Error(`it speaks protocol ${message.protocol}`);
      }
      this.#send({ type: 'sample', everyMs: this.#sampleEveryMs });
      for (const [uuid, limits] of this.#held) this.#send({ type: 'hold', uuid, limits });
      this.#beat();
    }
    if (message.type === 'samples') this.#crashes = 0;
    this.#watchSilence(this.#patienceMs);
    this.emit('message', message);
  }

  #startAgain(isAbsent: boolean): void {
    const waitMs = isAbsent
      ? ABSENT_RETRY_MS
      : this.#crashes === 0
        ? 0
        : Math.min(FIRST_RETRY_MS * 2 ** this.#crashes, LONGEST_RETRY_MS);
    this.#crashes += 1;
    this.#retry = setTimeout(() => this.#spawn(), waitMs);
    this.#retry.unref();
  }

  #watchSilence(withinMs: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const { logger } = this.#options;
      logger.error({ withinMs }, 'the GPU guard hangs, most likely in the driver; it is killed');
      this.emit('down', 'The graphics driver does not answer.');
      this.#guard?.kill('SIGKILL');
    }, withinMs);
    this.#silence.unref();
  }

  get #patienceMs(): number {
    return Math.max(SILENCE_MS, 2 * this.#sampleEveryMs + 1000);
  }

  /** Only a guard that holds something needs to know that the agent lives. */
  #beat(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    if (this.#held.size === 0) return;
    this.#heartbeat = setInterval(() => this.#send({ type: 'heartbeat' }), GUARD_HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  #send(message: ToGuard): void {
    if (this.#guard?.stdin.writable === true) this.#guard.stdin.write(encodeFrame(message));
  }
}
