import type { Logger } from 'pino';
import { ReportedSignal } from './reported-signal.ts';

export interface PolledSignalOptions<Value> {
  readonly name: string;
  /** The value that means "not known". */
  readonly unknown: Value;
  readonly periodMs: number;
  /** Called once, at the start: loads what a look needs. @throws Error where this Windows does not have it. */
  readonly open: () => () => Value;
  readonly logger?: Logger | undefined;
}

/** Looks again and again, where a look costs less than being told would. */
export class PolledSignal<Value> extends ReportedSignal<Value> {
  readonly name: string;
  readonly #options: PolledSignalOptions<Value>;
  #timer: NodeJS.Timeout | undefined;
  #hasFailed = false;

  constructor(options: PolledSignalOptions<Value>) {
    super(options.unknown);
    this.name = options.name;
    this.#options = options;
  }

  async start(): Promise<void> {
    let look: () => Value;
    try {
      look = this.#options.open();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#look(look);
    this.#timer = setInterval(() => this.#look(look), this.#options.periodMs);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(look: () => Value): void {
    let value = this.#options.unknown;
    try {
      value = look();
    } catch (error) {
      this.#fail(error);
    }
    this.report(value);
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.logger?.warn({ err: error, signal: this.name }, 'Windows does not tell this.');
  }
}
