import { ReportedSignal } from './reported-signal.ts';
import type { Signal } from './signal.ts';

/** Asks several watchers at once: its value is that of the first who knows one. */
export class FirstKnownSignal<Value> extends ReportedSignal<Value | null> {
  readonly name: string;
  readonly #sources: readonly Signal<Value | null>[];

  /** @param sources The best first; they are disposed with this. */
  constructor(name: string, sources: readonly Signal<Value | null>[]) {
    super(null);
    this.name = name;
    this.#sources = sources;
    for (const source of sources) source.on('change', () => this.#choose());
  }

  async start(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.start()));
  }

  [Symbol.dispose](): void {
    this.silence();
    for (const source of this.#sources) source[Symbol.dispose]();
  }

  #choose(): void {
    const known = this.#sources.find(({ value }) => value !== null);
    this.report(known?.value ?? null);
  }
}
