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
const CAPACITY = 128;
/** Processes may start between asking for the number and asking for the list. */
const TRIES = 4;
const UNTOUCHED = 0xa5;

const NO_PROCESSES: readonly NvmlProcess[] = Object.freeze([]);

const ENTRY = ABI.processInfoV2;
/** In the same place in all three layouts. */
const PID = ENTRY.fields.pid.offset;
const USED_MEMORY = ENTRY.fields.usedGpuMemory.offset;
/** Numbers per entry that are compared. */
const WORDS = 3;
/** Room per entry: the largest that any driver has written. */
const ROOM = ABI.processInfoOf535.size;

/** Reads one of a card's two lists of processes, in memory of its own. */
export class ProcessList {
  /** Where the call takes the room for entries from and puts their number. */
  readonly countAddress: number;
  /** Where the call puts the entries. */
  readonly entriesAddress: number;
  readonly #session: NvmlSession;
  readonly #handle: number;
  readonly #kind: NvmlProcess['kind'];
  readonly #call: NativeCall | null;
  readonly #memory = new NativeMemory(COUNT_BYTES + CAPACITY * ROOM);
  readonly #view: DataView;
  /** Bytes from entry to entry; 0 until a list with an entry has told. */
  #stride: number;
  #processes: readonly NvmlProcess[] = NO_PROCESSES;
  /** Of each of `#processes`: process id, and both halves of the memory, as they were read. */
  #seen = new Uint32Array(0);

  constructor(session: NvmlSession, handle: number, kind: NvmlProcess['kind']) {
    this.#session = session;
    this.#handle = handle;
    this.#kind = kind;
    this.#view = this.#memory.view;
    this.countAddress = this.#memory.address;
    this.entriesAddress = this.#memory.address + COUNT_BYTES;
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

  /** Before the call. */
  prepare(): void {
    this.#view.setUint32(0, CAPACITY, true);
  }

  /**
   * After the call, whose answer this gets: makes it again where that is needed, and takes the processes over.
   *
   * @returns the last `nvmlReturn_t`
   */
  finish(answer: number): number {
    if (answer !== NVML_RETURN.SUCCESS || this.#stride === 0) return this.#finishSlowly(answer);
    const count = this.#view.getUint32(0, true);
    if (count !== this.#processes.length || !this.#isUnchanged()) {
      this.#processes = this.#decode(this.#memory, count);
    }
    return answer;
  }

  /** Makes the call as well. @returns the `nvmlReturn_t` */
  read(): number {
    if (this.#call === null) return NVML_RETURN.FUNCTION_NOT_FOUND;
    this.#session.assertOpen(this.#call.symbol);
    return this.finish(this.#fetch(this.#call, this.#memory));
  }

  #finishSlowly(answer: number): number {
    const call = this.#call;
    if (call === null) return answer;
    let memory = this.#memory;
    let result = answer;
    for (let attempt = 1; attempt < TRIES && result === NVML_RETURN.INSUFFICIENT_SIZE; attempt += 1) {
      const room = Math.max(memory.uint32(0), CAPACITY) + CAPACITY;
      memory = new NativeMemory(COUNT_BYTES + room * ROOM);
      result = this.#fetch(call, memory);
    }
    if (result !== NVML_RETURN.SUCCESS) return result;
    if (this.#stride === 0 && memory.uint32(0) > 0) {
      memory.bytes.fill(UNTOUCHED, COUNT_BYTES);
      result = this.#fetch(call, memory);
      const count = memory.uint32(0);
      if (result !== NVML_RETURN.SUCCESS || count === 0) return result;
      this.#stride = entryStride(memory.bytes.subarray(COUNT_BYTES), count, UNTOUCHED);
    }
    this.#processes = this.#decode(memory, memory.uint32(0));
    return result;
  }

  #fetch(call: NativeCall, memory: NativeMemory): number {
    memory.setUint32(0, roomOf(memory));
    return call.invoke(this.#handle, memory.address, memory.address + COUNT_BYTES);
  }

  /** A plain loop over plain numbers: it runs with every sample. */
  #isUnchanged(): boolean {
    const view = this.#view;
    const seen = this.#seen;
    let offset = COUNT_BYTES;
    for (let index = 0; index < seen.length; index += WORDS) {
      if (view.getUint32(offset + PID, true) !== seen[index]) return false;
      if (view.getUint32(offset + USED_MEMORY, true) !== seen[index + 1]) return false;
      if (view.getUint32(offset + USED_MEMORY + 4, true) !== seen[index + 2]) return false;
      offset += this.#stride;
    }
    return true;
  }

  #decode(memory: NativeMemory, count: number): readonly NvmlProcess[] {
    const room = Math.min(count, roomOf(memory));
    this.#seen = new Uint32Array(room * WORDS);
    if (count === 0) return NO_PROCESSES;
    const processes = Array.from({ length: room }, (_, index) => {
      const offset = COUNT_BYTES + index * this.#stride;
      this.#seen[index * WORDS] = memory.uint32(offset + PID);
      this.#seen[index * WORDS + 1] = memory.uint32(offset + USED_MEMORY);
      this.#seen[index * WORDS + 2] = memory.uint32(offset + USED_MEMORY + 4);
      return Object.freeze({
        pid: memory.uint32(offset + PID),
        kind: this.#kind,
        usedBytes: memory.uint64OrNull(offset + USED_MEMORY),
      });
    });
    return Object.freeze(processes);
  }
}

/** Entries. */
function roomOf(memory: NativeMemory): number {
  return Math.floor((memory.size - COUNT_BYTES) / ROOM);
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
