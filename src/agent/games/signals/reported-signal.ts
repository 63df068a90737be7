import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Signal } from './signal.ts';

/** What every watcher has in common: it holds the newest value and tells of changes only. */
export abstract class ReportedSignal<Value> extends EventEmitter<{ change: [] }> implements Signal<Value> {
  abstract readonly name: string;
  #value: Value;

  constructor(unknown: Value) {
    super();
    this.#value = unknown;
  }

  get value(): Value {
    return this.#value;
  }

  abstract start(): Promise<void>;

  abstract [Symbol.dispose](): void;

  /** For `dispose`: whoever ends a signal does not want to hear that nothing is known any more. */
  protected silence(): void {
    this.removeAllListeners();
  }

  protected report(value: Value): void {
    if (isDeepStrictEqual(value, this.#value)) return;
    this.#value = value;
    this.emit('change');
  }
}
