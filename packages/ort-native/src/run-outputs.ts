import { OrtArgumentError } from './ort-error.ts';
import { Tensor } from './tensor.ts';
import type { OrtValue } from './value.ts';

/** What a run gave, by name. Disposing disposes of all values but those that the caller had brought along. */
export class RunOutputs implements Disposable {
  readonly names: readonly string[];
  readonly #values: readonly OrtValue[];
  readonly #brought: ReadonlySet<OrtValue> | undefined;

  /** @param values in the order of `names` */
  constructor(names: readonly string[], values: readonly OrtValue[], brought?: ReadonlySet<OrtValue>) {
    this.names = names;
    this.#values = values;
    this.#brought = brought;
  }

  /** @throws OrtArgumentError when the run had no such output */
  get(name: string): OrtValue {
    const value = this.#values[this.names.indexOf(name)];
    if (value !== undefined) return value;
    throw new OrtArgumentError('Run', `There is no output "${name}", only ${this.names.join(', ')}.`);
  }

  /** @throws OrtArgumentError when the run had no such output, or it is no tensor */
  tensor(name: string): Tensor {
    const value = this.get(name);
    if (value instanceof Tensor) return value;
    throw new OrtArgumentError('Run', `The output "${name}" is no tensor (${value.kind}).`);
  }

  *[Symbol.iterator](): IterableIterator<[string, OrtValue]> {
    for (const [index, name] of this.names.entries()) {
      const value = this.#values[index];
      if (value !== undefined) yield [name, value];
    }
  }

  [Symbol.dispose](): void {
    for (const value of this.#values) {
      if (this.#brought?.has(value) !== true) value[Symbol.dispose]();
    }
  }
}
