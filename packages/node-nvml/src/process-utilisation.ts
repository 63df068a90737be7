import { ABI } from './abi.ts';
import type { DeviceCalls } from './device-calls.ts';
import { NativeMemory } from './native-memory.ts';
import { NvmlError } from './nvml-error.ts';
import { NVML_RETURN } from './return-codes.ts';

/** What one process made of the card; shares from 0 to 100. */
export interface ProcessUtilisation {
  readonly pid: number;
  /** Microseconds, to be given to the next call. */
  readonly timestampMicroseconds: number;
  readonly gpuPercent: number;
  readonly memoryPercent: number;
  readonly encoderPercent: number;
  readonly decoderPercent: number;
}

const COUNT_BYTES = 8;
const CAPACITY = 256;
const { size, fields: AT } = ABI.processUtilizationSample;

/** @throws NvmlError NOT_SUPPORTED, NO_PERMISSION. No sample since then is an empty list, not an error. */
export function readProcessUtilisation(calls: DeviceCalls, sinceMicroseconds: number): ProcessUtilisation[] {
  let capacity = CAPACITY;
  for (let attempt = 0; ; attempt += 1) {
    const memory = new NativeMemory(COUNT_BYTES + capacity * size);
    memory.setUint32(0, capacity);
    try {
      calls.check('processUtilisation', memory.address + COUNT_BYTES, memory.address, sinceMicroseconds);
      return decode(memory, Math.min(memory.uint32(0), capacity));
    } catch (error) {
      if (!(error instanceof NvmlError)) throw error;
      // The driver's word for "nothing new".
      if (error.code === 'NOT_FOUND') return [];
      if (error.value !== NVML_RETURN.INSUFFICIENT_SIZE || attempt > 2) throw error;
      capacity = Math.max(memory.uint32(0), capacity) + CAPACITY;
    }
  }
}

function decode(memory: NativeMemory, count: number): ProcessUtilisation[] {
  return Array.from({ length: count }, (_, index) => {
    const at = COUNT_BYTES + index * size;
    return {
      pid: memory.uint32(at + AT.pid.offset),
      timestampMicroseconds: memory.uint64(at + AT.timeStamp.offset),
      gpuPercent: memory.uint32(at + AT.smUtil.offset),
      memoryPercent: memory.uint32(at + AT.memUtil.offset),
      encoderPercent: memory.uint32(at + AT.encUtil.offset),
      decoderPercent: memory.uint32(at + AT.decUtil.offset),
    };
    // Drivers leave entries of processes that did nothing empty.
  }).filter(({ pid, timestampMicroseconds }) => pid !== 0 || timestampMicroseconds !== 0);
}
