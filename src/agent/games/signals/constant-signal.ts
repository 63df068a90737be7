import type { Signal } from './signal.ts';

/** Stands where a machine cannot know something: the value never changes. */
export class ConstantSignal<Value> implements Signal<Value> {
  readonly name: string;
  readonly value: Value;

  constructor(name: string, value: Value) {
    this.name = name;
    this.value = value;
  }

  async start(): Promise<void> {}

  on(): this {
    return this;
  }

  off(): this {
    return this;
  }

  [Symbol.dispose](): void {}
}
