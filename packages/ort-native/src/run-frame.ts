import type { OrtEnvironment } from './environment.ts';
import { NativeMemory, type NativeTexts } from './native-memory.ts';
import type { NativeObject } from './native-object.ts';
import { OrtArgumentError } from './ort-error.ts';
import { RunOutputs } from './run-outputs.ts';
import { Tensor } from './tensor.ts';
import type { OrtValue } from './value.ts';

const POINTER_BYTES = 8;

/** Values for the model's inputs, by name. */
export type Feeds = Readonly<Record<string, OrtValue>>;
/** Names of the outputs that are wanted, or each with the tensor that it goes to (null: a new one). */
export type WantedOutputs = readonly string[] | Readonly<Record<string, Tensor | null>>;

/** A session's names, encoded once. */
export interface SessionNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly inputTexts: NativeTexts;
  readonly outputTexts: NativeTexts;
  readonly optionalInputs: ReadonlySet<string>;
  /** Outputs that are known to be tensors. */
  readonly tensorOutputs: ReadonlySet<string>;
}

/** The arrays of pointers that one run needs; used again by the next one. */
export class RunFrame {
  readonly #environment: OrtEnvironment;
  readonly #names: SessionNames;
  readonly #memory: NativeMemory;
  readonly #inputValues: number;
  readonly #outputNames: number;
  readonly #outputValues: number;
  readonly #borrowed: OrtValue[] = [];
  #targets: readonly (Tensor | null)[] | undefined;
  #brought: Set<OrtValue> | undefined;
  #wanted: readonly string[] = [];
  #feeds: Feeds = {};

  constructor(environment: OrtEnvironment, names: SessionNames) {
    this.#environment = environment;
    this.#names = names;
    this.#inputValues = names.inputs.length * POINTER_BYTES;
    this.#outputNames = 2 * this.#inputValues;
    this.#outputValues = this.#outputNames + names.outputs.length * POINTER_BYTES;
    this.#memory = new NativeMemory(this.#outputValues + names.outputs.length * POINTER_BYTES);
  }

  get inputNamesAddress(): number {
    return this.#memory.address;
  }

  get inputValuesAddress(): number {
    return this.#memory.address + this.#inputValues;
  }

  get outputNamesAddress(): number {
    return this.#memory.address + this.#outputNames;
  }

  get outputValuesAddress(): number {
    return this.#memory.address + this.#outputValues;
  }

  get outputCount(): number {
    return this.#wanted.length;
  }

  /**
   * Borrows the values, until `clear`.
   *
   * @returns how many there are, and their bytes
   * @throws OrtArgumentError for a name that the model does not have; OrtDisposedError
   */
  fill(feeds: Feeds, outputs: WantedOutputs | undefined): { inputCount: number; inputBytes: number } {
    this.#feeds = feeds;
    let inputCount = 0;
    let inputBytes = 0;
    for (const name in feeds) {
      const value = feeds[name];
      const text = this.#names.inputTexts.addresses.get(name);
      if (value === undefined || text === undefined) throw unknownName('input', name, this.#names.inputs);
      const offset = inputCount * POINTER_BYTES;
      this.#memory.setWord(offset, text);
      this.#memory.setWord(this.#inputValues + offset, this.#borrow(value));
      inputBytes += value.inputBytes;
      inputCount += 1;
    }
    this.#assertComplete(feeds, inputCount);
    this.#want(outputs);
    return { inputCount, inputBytes };
  }

  /** What the run gave. @param session kept by the values */
  takeOutputs(session: NativeObject): RunOutputs {
    const values = this.#wanted.map((name, index): OrtValue => {
      const offset = this.#outputValues + index * POINTER_BYTES;
      const brought = this.#broughtAt(index);
      if (brought !== undefined) {
        brought.changed();
        return brought;
      }
      const address = this.#memory.word(offset);
      this.#memory.setWord(offset, 0);
      const value = this.#names.tensorOutputs.has(name)
        ? new Tensor(this.#environment, address, { owner: session })
        : this.#environment.wrap(address, session);
      return this.#apart(name, value);
    });
    return new RunOutputs(this.#wanted, values, this.#brought);
  }

  /** Gives everything back, and releases what a run left behind. */
  clear(): void {
    for (const value of this.#borrowed) value.giveBack();
    for (let index = 0; index < this.#wanted.length; index += 1) {
      const address = this.#memory.word(this.#outputValues + index * POINTER_BYTES);
      if (address !== 0 && this.#broughtAt(index) === undefined) {
        this.#environment.library.run('ReleaseValue', address);
      }
      this.#memory.setWord(this.#outputValues + index * POINTER_BYTES, 0);
    }
    this.#borrowed.length = 0;
    this.#brought = undefined;
    this.#targets = undefined;
    this.#wanted = [];
    this.#feeds = {};
  }

  #broughtAt(index: number): OrtValue | undefined {
    return this.#targets?.[index] ?? undefined;
  }

  #want(outputs: WantedOutputs | undefined): void {
    const wanted = outputs === undefined ? this.#names.outputs : namesOf(outputs);
    const targets = outputs === undefined || isNames(outputs) ? undefined : Object.values(outputs);
    if (wanted.length > this.#names.outputs.length) {
      throw new OrtArgumentError('Run', 'An output is wanted more than once.');
    }
    for (const [index, name] of wanted.entries()) {
      const text = this.#names.outputTexts.addresses.get(name);
      if (text === undefined) throw unknownName('output', name, this.#names.outputs);
      const target = targets?.[index];
      this.#memory.setWord(this.#outputNames + index * POINTER_BYTES, text);
      this.#memory.setWord(
        this.#outputValues + index * POINTER_BYTES,
        target === undefined || target === null ? 0 : this.#borrow(target),
      );
    }
    this.#wanted = wanted;
    this.#targets = targets;
    if (targets !== undefined) this.#brought = new Set(targets.filter((target) => target !== null));
  }

  /** Operators may take it for granted that their inputs are there. */
  #assertComplete(feeds: Feeds, inputCount: number): void {
    const { inputs, optionalInputs } = this.#names;
    if (inputCount === inputs.length) return;
    const missing = inputs.filter((name) => feeds[name] === undefined && !optionalInputs.has(name));
    if (missing.length === 0) return;
    throw new OrtArgumentError('Run', `The model wants its input "${missing.join('", "')}" as well.`);
  }

  #borrow(value: OrtValue): number {
    if (value.environment !== this.#environment) {
      throw new OrtArgumentError('Run', 'A value of another environment was given.');
    }
    const address = value.borrow('Run');
    this.#borrowed.push(value);
    return address;
  }

  /** An output that is an input of the same name lies in the caller's array, and is copied out of it. */
  #apart(name: string, value: OrtValue): OrtValue {
    const backing = this.#feeds[name]?.backing;
    if (backing === undefined || !(value instanceof Tensor)) return value;
    const copy = this.#environment.copyOf(value);
    value[Symbol.dispose]();
    return copy;
  }
}

function isNames(outputs: WantedOutputs): outputs is readonly string[] {
  return Array.isArray(outputs);
}

function namesOf(outputs: WantedOutputs): readonly string[] {
  return isNames(outputs) ? outputs : Object.keys(outputs);
}

function unknownName(kind: string, name: string, known: readonly string[]): OrtArgumentError {
  return new OrtArgumentError('Run', `The model has no ${kind} "${name}". It has: ${known.join(', ')}.`);
}
