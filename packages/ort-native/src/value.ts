import type { OrtEnvironment } from './environment.ts';
import { NativeObject } from './native-object.ts';

/** What a run takes and gives. Dispose of every value; the memory is not the garbage collector's to free. */
export abstract class OrtValue extends NativeObject {
  abstract readonly kind: 'tensor' | 'sequence' | 'map' | 'none';
  readonly environment: OrtEnvironment;
  /** Whose memory the value may lie in. */
  readonly #owner: NativeObject | undefined;

  /** @param owner the session or allocator that the value came from; it is kept until the value is disposed of */
  constructor(environment: OrtEnvironment, address: number, what: string, owner: NativeObject | undefined) {
    super(address, what);
    this.environment = environment;
    this.#owner = owner;
    (owner ?? environment).keep();
  }

  /** Bytes that a run has to read; Infinity where finding out would cost a call. */
  get inputBytes(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** The caller's memory that the elements lie in; undefined where it is the library's. */
  get backing(): ArrayBufferView | undefined {
    return undefined;
  }

  /** Told when a run or a copy wrote to it. */
  changed(): void {}

  protected override release(address: number): void {
    this.environment.library.run('ReleaseValue', address);
    (this.#owner ?? this.environment).giveBack();
  }
}
