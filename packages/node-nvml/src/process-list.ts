import { ABI } from './abi.ts';
import type { NativeCall } from './native-library.ts';
import { NativeMemory, uint64At } from './native-memory.ts';
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

const NO_PROCESSES: readonly NvmlProcess[] = Object.freeze([]);

const ENTRY = ABI.processInfoV2;
/** In the same place in all three layouts. */
const PID = ENTRY.fields.pid.offset;
const USED_MEMORY = ENTRY.fields.usedGpuMemory.offset;
/** Room per entry: the largest that any driver has written. */
const ROOM = ABI.processInfoOf535.size;

/** Reads one of a card's two lists of processes, in memory of its own. */
export class ProcessList {
  readonly #session: NvmlSession;
  readonly #handle: number;
  readonly #kind: NvmlProcess['kind'];
  readonly #call: NativeCall | null;
  /** Entries. */
  #capacity = FIRST_CAPACITY;
  #memory = new NativeMemory(COUNT_BYTES + FIRST_CAPACITY * ROOM);
  #view = this.#memory.view;
  /** Where the call takes the room for entries from and puts their number, and where it puts the entries. */
  #countAddress = this.#memory.address;
  #entriesAddress = this.#countAddress + COUNT_BYTES;
  /** Bytes from entry to entry; 0 until a list with an entry has told. */
  #stride: number;
  #processes: readonly NvmlProcess[] = NO_PROCESSES;

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
    this.#stride = newer === null ? ABI.processInfoV1.size : 0;
  }

  get symbol(): string {
    return (
      this.#call?.symbol ??
      `nvmlDeviceGet${this.#kind === 'compute' ? 'Compute' : 'Graphics'}RunningProcesses`
    );
  }

  /** As of the last successful reading; the same array as before where nothing has changed. */
  get processes(): readonly NvmlProcess[] {
    return this.#processes;
  }

  get countAddress(): number {
    return this.#countAddress;
  }

  get entriesAddress(): number {
    return this.#entriesAddress;
  }

  /** Before the call. */
  prepare(): void {
    this.#view.setUint32(0, this.#capacity, true);
  }

  /**
   * After the call, whose answer this gets: makes it again where that is needed, and takes the processes over.
   *
   * @returns the last `nvmlReturn_t`
   */
  finish(answer: number): number {
    if (answer !== NVML_RETURN.SUCCESS || this.#stride === 0) return this.#finishSlowly(answer);
    this.#update(this.#view.getUint32(0, true));
    return answer;
  }

  /** Makes the call as well. @returns the `nvmlReturn_t` */
  read(): number {
    if (this.#call === null) return NVML_RETURN.FUNCTION_NOT_FOUND;
    this.#session.assertOpen(this.#call.symbol);
    return this.finish(this.#fetch(this.#call));
  }

  #finishSlowly(answer: number): number {
    const call = this.#call;
    if (call === null) return answer;
    let result = answer;
    for (let attempt = 1; attempt < TRIES && result === NVML_RETURN.INSUFFICIENT_SIZE; attempt += 1) {
      this.#grow();
      result = this.#fetch(call);
    }
    if (result === NVML_RETURN.SUCCESS && this.#stride === 0 && this.#memory.uint32(0) > 0) {
      this.#memory.bytes.fill(UNTOUCHED, COUNT_BYTES);
      result = this.#fetch(call);
      const count = this.#memory.uint32(0);
      if (result === NVML_RETURN.SUCCESS && count > 0) {
        this.#stride = entryStride(this.#memory.bytes.subarray(COUNT_BYTES), count, UNTOUCHED);
      }
    }
    if (result === NVML_RETURN.SUCCESS) this.#update(this.#memory.uint32(0));
    return result;
  }

  #fetch(call: NativeCall): number {
    this.prepare();
    return call.invoke(this.#handle, this.#countAddress, this.#entriesAddress);
  }

  /** To what the library asked for, and some more. */
  #grow(): void {
    this.#capacity = Math.max(this.#memory.uint32(0), this.#capacity) + FIRST_CAPACITY;
    this.#memory = new NativeMemory(COUNT_BYTES + this.#capacity * ROOM);
    this.#view = this.#memory.view;
    this.#countAddress = this.#memory.address;
    this.#entriesAddress = this.#countAddress + COUNT_BYTES;
  }

  #update(count: number): void {
    if (count !== this.#processes.length || !this.#isUnchanged()) this.#processes = this.#decode(count);
  }

  #isUnchanged(): boolean {
    const view = this.#view;
    let offset = COUNT_BYTES;
    for (const { pid, usedBytes } of this.#processes) {
      if (view.getUint32(offset + PID, true) !== pid) return false;
      if (uint64At(view, offset + USED_MEMORY) !== usedBytes) return false;
      offset += this.#stride;
    }
    return true;
  }

  #decode(count: number): readonly NvmlProcess[] {
    if (count === 0) return NO_PROCESSES;
    const processes = Array.from({ length: Math.min(count, this.#capacity) }, (_, index) => {
      const offset = COUNT_BYTES + index * this.#stride;
      return Object.freeze({
        pid: this.#memory.uint32(offset + PID),
        kind: this.#kind,
        usedBytes: this.#memory.uint64OrNull(offset + USED_MEMORY),
      });
    });
    return Object.freeze(processes);
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
