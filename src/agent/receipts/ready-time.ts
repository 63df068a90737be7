import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { writePrivateFile } from '../private-file.ts';

const FILE_NAME = 'ready-time.json';
const SPANS_LIMIT = 2_000;
const SAVE_EVERY_MS = 5 * 60_000;
/** A computer that slept was not ready meanwhile, whatever it believes. */
const LONGEST_STEP_MS = 30_000;
const STEP_MS = 10_000;

const spanSchema = z.object({ fromMs: z.number().nonnegative(), toMs: z.number().nonnegative() });
type Span = z.infer<typeof spanSchema>;
const fileSchema = z.object({ version: z.literal(1), spans: z.array(spanSchema).max(SPANS_LIMIT) });

/**
 * When this node was connected and ready for jobs, by its own clock. A kill loses five minutes at most: too little is
 * counted then, never too much.
 */
export class ReadyTime implements Disposable {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  /** Oldest first; the last one grows while the node is ready. */
  #spans: Span[];
  #isReady = false;
  #savedMs = 0;
  #hasNews = false;

  constructor(folder: string, clock: Clock, logger: Logger) {
    this.#path = join(folder, FILE_NAME);
    this.#clock = clock;
    this.#logger = logger;
    this.#spans = this.#load();
    this.#timer = setInterval(() => this.#step(), STEP_MS).unref();
  }

  report(isReady: boolean): void {
    if (isReady === this.#isReady) return;
    this.#grow();
    this.#isReady = isReady;
    if (!isReady) return;
    const nowMs = this.#clock.now().getTime();
    this.#spans.push({ fromMs: nowMs, toMs: nowMs });
    if (this.#spans.length > SPANS_LIMIT) this.#spans.shift();
  }

  /** Milliseconds ready in a span of time. */
  within(fromMs: number, toMs: number): number {
    this.#grow();
    return this.#spans.reduce(
      (sum, span) => sum + Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs)),
      0,
    );
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.report(false);
    this.#save();
  }

  #step(): void {
    this.#grow();
    if (this.#clock.now().getTime() - this.#savedMs >= SAVE_EVERY_MS) this.#save();
  }

  #grow(): void {
    if (!this.#isReady) return;
    const nowMs = this.#clock.now().getTime();
    const last = this.#spans.at(-1);
    if (last === undefined || nowMs === last.toMs) return;
    const stepMs = nowMs - last.toMs;
    this.#hasNews = true;
    if (stepMs > 0 && stepMs <= LONGEST_STEP_MS) {
      this.#spans[this.#spans.length - 1] = { ...last, toMs: nowMs };
      return;
    }
    this.#spans.push({ fromMs: nowMs, toMs: nowMs });
    if (this.#spans.length > SPANS_LIMIT) this.#spans.shift();
  }

  #save(): void {
    this.#savedMs = this.#clock.now().getTime();
    if (!this.#hasNews) return;
    try {
      writePrivateFile(this.#path, JSON.stringify({ version: 1, spans: this.#spans }));
      this.#hasNews = false;
    } catch (error) {
      this.#logger.warn({ err: error }, 'How long this node was ready could not be written.');
    }
  }

  #load(): Span[] {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).spans;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
        this.#logger.warn(
          { err: error },
          'How long this node was ready is not known; it is counted from now on.',
        );
      }
      return [];
    }
  }
}
