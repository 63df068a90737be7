import type { Logger } from 'pino';
import type { JobAttempt, UpMessage } from '../../shared/job-protocol.ts';

/** Ends of jobs, which must not get lost. */
export type FinalMessage = Extract<UpMessage, { type: 'result' | 'failed' | 'preempted' }>;

const CHECK_EVERY_MS = 1_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;
/** As many as a presence can name. */
const MESSAGES_LIMIT = 48;

interface Entry {
  readonly message: FinalMessage;
  waitMs: number;
  /** By the process's own monotonic clock. */
  resendAtMs: number;
}

export interface OutboxOptions {
  /** Sends a message, which may get lost. */
  readonly send: (message: FinalMessage) => void;
  readonly logger: Logger;
}

/** Keeps the ends of jobs, and repeats them, until the gateway says that they are durable. */
export class Outbox implements Disposable {
  readonly #options: OutboxOptions;
  /** By job and attempt, oldest first. */
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  add(message: FinalMessage): void {
    const entry = { message, waitMs: FIRST_WAIT_MS, resendAtMs: 0 };
    this.#entries.set(keyOf(message), entry);
    if (this.#entries.size > MESSAGES_LIMIT) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#forget(oldest);
      this.#options.logger.warn('A result that nobody acknowledged was dropped; its lease requeues the job.');
    }
    this.#timer ??= setInterval(() => this.#resendDue(), CHECK_EVERY_MS);
    this.#send(entry);
  }

  has(attempt: JobAttempt): boolean {
    return this.#entries.has(keyOf(attempt));
  }

  /** The gateway has it, or no longer wants it. */
  acknowledge(attempt: JobAttempt): void {
    this.#forget(keyOf(attempt));
  }

  /** Sends everything again: a new connection may mean a new gateway. */
  resendAll(): void {
    for (const entry of this.#entries.values()) this.#send(entry);
  }

  resend(attempt: JobAttempt): void {
    const entry = this.#entries.get(keyOf(attempt));
    if (entry !== undefined) this.#send(entry);
  }

  attempts(): JobAttempt[] {
    return [...this.#entries.values()].map(({ message: { jobId, attempt } }) => ({ jobId, attempt }));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#entries.clear();
  }

  #resendDue(): void {
    const now = performance.now();
    for (const entry of this.#entries.values()) if (now >= entry.resendAtMs) this.#send(entry);
  }

  #send(entry: Entry): void {
    entry.resendAtMs = performance.now() + entry.waitMs;
    entry.waitMs = Math.min(entry.waitMs * 2, LONGEST_WAIT_MS);
    this.#options.send(entry.message);
  }

  #forget(key: string): void {
    this.#entries.delete(key);
    if (this.#entries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function keyOf({ jobId, attempt }: JobAttempt): string {
  return `${jobId}/${attempt}`;
}
