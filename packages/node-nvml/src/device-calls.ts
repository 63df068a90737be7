import type { FunctionName } from './functions.ts';
import type { NativeArgument, NativeCall } from './native-library.ts';
import { NativeMemory } from './native-memory.ts';
import { NvmlError } from './nvml-error.ts';
import type { NvmlSession } from './nvml-session.ts';
import { NVML_RETURN } from './return-codes.ts';

/** Large enough for every struct of the table. */
const SCRATCH_BYTES = 1024;

/** Calls whose first parameter is one device. Results land in `memory`, from its start. */
export class DeviceCalls {
  readonly session: NvmlSession;
  /** nvmlDevice_t */
  readonly handle: number;
  readonly memory = new NativeMemory(SCRATCH_BYTES);

  constructor(session: NvmlSession, handle: number) {
    this.session = session;
    this.handle = handle;
  }

  find(name: FunctionName): NativeCall | null {
    return this.session.library.find(name);
  }

  /** @throws NvmlError */
  check(name: FunctionName, ...args: NativeArgument[]): void {
    this.session.check(name, this.handle, ...args);
  }

  /**
   * Tries calls that answer the same, best first: the next one when the library or the driver does not have this one.
   *
   * @returns the position of the one that succeeded
   * @throws NvmlError when none does
   */
  firstOf(variants: readonly { name: FunctionName; args: () => readonly NativeArgument[] }[]): number {
    let failure: unknown;
    for (const [position, { name, args }] of variants.entries()) {
      try {
        this.check(name, ...args());
        return position;
      } catch (error) {
        if (!(error instanceof NvmlError) || !isMissing(error.value)) throw error;
        // What a card refuses says more than what a library lacks.
        if (failure === undefined || error.code === 'NOT_SUPPORTED') failure = error;
      }
    }
    throw failure;
  }

  /** The call's last parameter is an `unsigned int *`. @throws NvmlError NO_DATA when the driver has no value */
  uint32(name: FunctionName, ...args: NativeArgument[]): number {
    this.check(name, ...args, this.memory.address);
    return this.#available(name, this.memory.uint32OrNull(0));
  }

  /** The call's last parameter is an `unsigned long long *`. @throws NvmlError NO_DATA when the driver has no value */
  uint64(name: FunctionName, ...args: NativeArgument[]): number {
    this.check(name, ...args, this.memory.address);
    return this.#available(name, this.memory.uint64OrNull(0));
  }

  /** The call fills two `unsigned int`s. */
  uint32Pair(name: FunctionName): [number, number] {
    this.check(name, this.memory.address, this.memory.address + 4);
    return [this.memory.uint32(0), this.memory.uint32(4)];
  }

  text(name: FunctionName, length: number): string {
    this.check(name, this.memory.address, length);
    return this.memory.text(0, length);
  }

  #available(name: FunctionName, value: number | null): number {
    if (value === null) throw new NvmlError(this.session.library.get(name).symbol, NVML_RETURN.NO_DATA);
    return value;
  }
}

/** The card, the driver or the library does not have the call, and will not have it until something is changed. */
export function isMissing(result: number): boolean {
  return (
    result === NVML_RETURN.NOT_SUPPORTED ||
    result === NVML_RETURN.FUNCTION_NOT_FOUND ||
    result === NVML_RETURN.ARGUMENT_VERSION_MISMATCH
  );
}
