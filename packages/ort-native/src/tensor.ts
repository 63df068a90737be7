import {
  ARRAY_CLASSES,
  byteLengthOf,
  type ElementArrays,
  type ElementData,
  type ElementType,
  isNumericType,
  type NumericType,
} from './element-type.ts';
import type { OrtEnvironment } from './environment.ts';
import { describeMemory, type MemoryDescription } from './memory-info.ts';
import type { NativeObject } from './native-object.ts';
import { OrtArgumentError } from './ort-error.ts';
import { readStrings } from './string-tensor.ts';
import { countElements, readTensorFacts, type TensorFacts } from './tensor-facts.ts';
import { OrtValue } from './value.ts';

/** `OrtMemoryInfoDeviceType`. */
const CPU_DEVICE = 0;

export interface TensorParts {
  /** Whose memory the elements lie in, other than the caller's. */
  readonly owner?: NativeObject | undefined;
  /** undefined: asked for when needed. */
  readonly facts?: TensorFacts | undefined;
  /** The caller's memory that the elements lie in. */
  readonly backing?: ArrayBufferView | undefined;
}

/** Elements of one type in rows and columns: over an array of the caller's, or in memory of the library's. */
export class Tensor extends OrtValue {
  readonly kind = 'tensor';
  readonly #backing: ArrayBufferView | undefined;
  readonly #backingBytes: number;
  #facts: TensorFacts | undefined;
  #copy: Uint8Array | undefined;
  #strings: readonly string[] | undefined;
  #memory: MemoryDescription | undefined;

  /** Use `environment.tensor()`, an allocator, or a run. */
  constructor(environment: OrtEnvironment, address: number, { owner, facts, backing }: TensorParts) {
    super(environment, address, 'This tensor', owner);
    this.#facts = facts;
    this.#backing = backing;
    this.#backingBytes = backing?.byteLength ?? 0;
  }

  get type(): ElementType {
    return this.#describe().type;
  }

  /** Sizes by dimension; empty for a single number. */
  get shape(): readonly number[] {
    return this.#describe().shape;
  }

  get elementCount(): number {
    return countElements(this.shape);
  }

  /** Bytes of the elements. @throws OrtArgumentError for strings */
  get byteLength(): number {
    return byteLengthOf(this.#numericType(), this.elementCount);
  }

  /** Where the elements lie. */
  get memory(): MemoryDescription {
    if (this.#memory === undefined) {
      const { library, scratch } = this.environment;
      library.check('GetTensorMemoryInfo', this.addressFor('GetTensorMemoryInfo'), scratch.address);
      this.#memory = describeMemory(this.environment, scratch.word(0));
    }
    return this.#memory;
  }

  /** The elements: over the array that the tensor was made over, or else over a copy that is made once. */
  get data(): ElementData[ElementType] {
    const { type } = this;
    return isNumericType(type) ? this.elements(type) : this.strings();
  }

  /**
   * The same as `data`, for a type that is known.
   *
   * @throws OrtArgumentError when the elements have another type, or lie on a device: `environment.copy()` them to
   * the host first
   */
  elements<Type extends NumericType>(type: Type): ElementArrays[Type] {
    this.#assertType(type);
    const { buffer, byteOffset, byteLength } = this.bytes();
    const ArrayClass = ARRAY_CLASSES[type];
    return new ArrayClass(buffer, byteOffset, byteLength / ArrayClass.BYTES_PER_ELEMENT);
  }

  /** @throws OrtArgumentError when the elements are no strings */
  strings(): readonly string[] {
    const address = this.addressFor('GetStringTensorContent');
    this.#assertType('string');
    this.#strings ??= readStrings(this.environment, address, this.elementCount);
    return this.#strings;
  }

  /** The bytes of the elements: the caller's own, or else a copy that is made once. */
  bytes(): Uint8Array {
    this.addressFor('GetTensorMutableData');
    if (this.#backing !== undefined) {
      const { buffer, byteOffset, byteLength } = this.#backing;
      return new Uint8Array(buffer, byteOffset, byteLength);
    }
    if (this.#copy === undefined) {
      const copy = new Uint8Array(this.byteLength);
      this.readInto(copy);
      this.#copy = copy;
    }
    return this.#copy;
  }

  /**
   * Copies the elements, as they are now, into an array of the caller's.
   *
   * @throws OrtArgumentError when it is too short, or the elements lie on a device
   */
  readInto(target: ArrayBufferView): void {
    const source = this.#hostAddress();
    const { byteLength } = this;
    if (target.byteLength < byteLength) throw this.#wrongSize(target.byteLength);
    const bytes = new Uint8Array(target.buffer, target.byteOffset, byteLength);
    this.environment.library.memoryCopy.toArray(bytes, source);
  }

  /**
   * Sets the elements, also of a tensor in the library's memory.
   *
   * @throws OrtArgumentError when there are more or fewer bytes, or the elements lie on a device
   */
  write(source: ArrayBufferView): void {
    const target = this.#hostAddress();
    if (source.byteLength !== this.byteLength) throw this.#wrongSize(source.byteLength);
    const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    this.environment.library.memoryCopy.fromArray(target, bytes);
    this.changed();
  }

  override get inputBytes(): number {
    return this.#backing === undefined ? Number.POSITIVE_INFINITY : this.#backingBytes;
  }

  override get backing(): ArrayBufferView | undefined {
    return this.#backing;
  }

  /** @throws OrtArgumentError when the array was transferred to another thread */
  override borrow(call: string): number {
    if (this.#backing !== undefined && this.#backing.byteLength !== this.#backingBytes) {
      throw new OrtArgumentError(call, 'The array of this tensor was transferred or resized, and is gone.');
    }
    return super.borrow(call);
  }

  override changed(): void {
    this.#copy = undefined;
    this.#strings = undefined;
  }

  #hostAddress(): number {
    const address = this.addressFor('GetTensorMutableData');
    const { library, scratch } = this.environment;
    if (this.#backing === undefined && !this.#isHost(address)) {
      throw new OrtArgumentError(
        'GetTensorMutableData',
        `The tensor lies in ${this.memory.name}. Copy it to a tensor on the host with environment.copy() first.`,
      );
    }
    library.check('GetTensorMutableData', address, scratch.address);
    return scratch.word(0);
  }

  #wrongSize(byteLength: number): OrtArgumentError {
    return new OrtArgumentError(
      'GetTensorMutableData',
      `The tensor has ${this.byteLength} bytes, the array ${byteLength}.`,
    );
  }

  /** Asks for less than `memory` does, which counts for small results. */
  #isHost(address: number): boolean {
    const { library, scratch } = this.environment;
    library.check('GetTensorMemoryInfo', address, scratch.address);
    library.run('MemoryInfoGetDeviceType', scratch.word(0), scratch.address);
    return scratch.int32(0) === CPU_DEVICE || this.memory.isHost;
  }

  #numericType(): NumericType {
    const { type } = this;
    if (isNumericType(type)) return type;
    throw new OrtArgumentError('GetTensorSizeInBytes', 'Strings have no bytes of a fixed size.');
  }

  #assertType(wanted: ElementType): void {
    const { type } = this;
    if (type === wanted) return;
    throw new OrtArgumentError('GetTensorMutableData', `The elements are ${type}, not ${wanted}.`);
  }

  #describe(): TensorFacts {
    this.#facts ??= readTensorFacts(this.environment, this.addressFor('GetTensorTypeAndShape'));
    return this.#facts;
  }
}
