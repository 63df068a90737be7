import { ABI } from './abi.ts';
import type { NativeCall } from './native-library.ts';
import { NativeMemory } from './native-memory.ts';
import type { NvmlSession } from './nvml-session.ts';
import { NVML_RETURN } from './return-codes.ts';

export interface NvmlProcess {
  readonly pid: number;
  readonly kind: 'compute' | 'graphics';
  /** Bytes of the card's memory. null: Windows does not tell it for GeForce cards. */
  readonly usedBytes: number | null;
}

const COUNT_BYTES = 8;
/** Entries. */
const FIRST_CAPACITY = 64;
/** Processes may start between asking for the number and asking for the list. */
const TRIES = 4;
const UNTOUCHED = 0xa5;

const ENTRY = ABI.processInfoV2;
/** Room per entry: the largest that any driver has written. */
const ROOM = ABI.processInfoOf535.size;

/** Reads one of a card's two lists of processes, in memory of its own. */
export class ProcessList {
  readonly #session: NvmlSession;
  readonly #handle: number;
  readonly #kind: NvmlProcess['kind'];
  readonly #call: NativeCall | null;
  #capacity = FIRST_CAPACITY;
  #memory = new NativeMemory(COUNT_BYTES + FIRST_CAPACITY * ROOM);
  /** Bytes from entry to entry; null until a list with an entry has told. */
  #stride: number | null;

  constructor(session: NvmlSession, handle: number, kind: NvmlProcess['kind']) {
    this.#session = session;
    this.#handle = handle;
    this.#kind = kind;
    const { library } = session;
    const [newer, older] =
      kind === 'compute'
        ? [library.find('computeProcesses'), library.find('computeProcessesV1')]
        : [library.find('graphicsProcesses'), library.find('graphicsProcessesV1')];
    this.#call = newer ?? older;
    this.#stride = newer === null ? ABI.processInfoV1.size : null;
  }

  get symbol(): string {
    return (
      this.#call?.symbol ??
      `nvmlDeviceGet${this.#kind === 'compute' ? 'Compute' : 'Graphics'}RunningProcesses`
    );
  }

  /** Where the call takes the number of entries from and puts it. */
  get countAddress(): number {
    return this.#memory.address;
  }

  get entriesAddress(): number {
    return this.#memory.address + COUNT_BYTES;
  }

  /** Before the call. */
  prepare(): void {
    this.#memory.setUint32(0, this.#capacity);
  }

  /**
   * After the call, whose answer this gets: makes it again where that is needed, and appends the processes.
   *
   * @returns the last `nvmlReturn_t`
   */
  finish(answer: number, into: NvmlProcess[]): number {
    if (answer === NVML_RETURN.SUCCESS && this.#memory.uint32(0) === 0) return answer;
    if (answer === NVML_RETURN.SUCCESS && this.#stride !== null) {
      this.#decode(into, this.#stride);
      return answer;
    }
    return this.#finishSlowly(answer, into);
  }

  /** Appends the processes to `into`. @returns the `nvmlReturn_t` */
  read(into: NvmlProcess[]): number {
    if (this.#call === null) return NVML_RETURN.FUNCTION_NOT_FOUND;
    this.#session.assertOpen(this.#call.symbol);
    return this.finish(this.#fetch(this.#call), into);
  }

  #finishSlowly(answer: number, into: NvmlProcess[]): number {
    const call = this.#call;
    if (call === null) return answer;
    let result = answer;
    for (let attempt = 1; attempt < TRIES && result === NVML_RETURN.INSUFFICIENT_SIZE; attempt += 1) {
      this.#grow();
      result = this.#fetch(call);
    }
    if (result !== NVML_RETURN.SUCCESS) return result;
    if (this.#stride === null) {
      this.#memory.bytes.fill(UNTOUCHED, COUNT_BYTES);
      result = this.#fetch(call);
      const count = this.#memory.uint32(0);
      if (result !== NVML_RETURN.SUCCESS || count === 0) return result;
      this.#stride = entryStride(this.#memory.bytes.subarray(COUNT_BYTES), count, UNTOUCHED);
    }
    this.#decode(into, this.#stride);
    return result;
  }

  #fetch(call: NativeCall): number {
    this.prepare();
    return call.invoke(this.#handle, this.countAddress, this.entriesAddress);
  }

  /** To what the library asked for, and some more. */
  #grow(): void {
    this.#capacity = Math.max(this.#memory.uint32(0), this.#capacity) + FIRST_CAPACITY;
    this.#memory = new NativeMemory(COUNT_BYTES + this.#capacity * ROOM);
  }

  #decode(into: NvmlProcess[], stride: number): void {
    const memory = this.#memory;
    const count = Math.min(memory.uint32(0), this.#capacity);
    for (let index = 0; index < count; index += 1) {
      const offset = COUNT_BYTES + index * stride;
      into.push({
        pid: memory.uint32(offset + ENTRY.fields.pid.offset),
        kind: this.#kind,
        usedBytes: memory.uint64OrNull(offset + ENTRY.fields.usedGpuMemory.offset),
      });
    }
  }
}

/**
 * How far apart the entries lie that a `_v2` or `_v3` call has written, seen from where it stopped writing: the
 * drivers 535.43 to 535.86 use a longer struct under the same name (NVIDIA/nvidia-settings 39c3e28, 0cb3bef).
 *
 * @param untouched what every byte held before the call
 */
export function entryStride(entries: Uint8Array, count: number, untouched: number): number {
  const longer = ABI.processInfoOf535.size * count;
  const written = entries.findLastIndex((byte) => byte !== untouched) + 1;
  const usual = ENTRY.size * count;
  return written > usual && written <= longer ? ABI.processInfoOf535.size : ENTRY.size;
}
