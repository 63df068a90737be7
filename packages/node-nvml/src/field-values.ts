import { ABI } from './abi.ts';
import type { DeviceCalls } from './device-calls.ts';
import { NativeMemory } from './native-memory.ts';
import { describeReturn, NVML_RETURN, type NvmlErrorCode } from './return-codes.ts';

/** A field id (`FIELD`, or any NVML_FI_… number), or one with a scope such as a link's number. */
export type FieldRequest = number | { readonly fieldId: number; readonly scopeId: number };

export interface FieldReading {
  readonly fieldId: number;
  readonly scopeId: number;
  /** The unit is the field's. null: `failure` says why. Exact below 2^53. */
  readonly value: number | null;
  readonly failure: NvmlErrorCode | null;
  /** Processor time of the reading, microseconds since the epoch. */
  readonly timestampMicroseconds: number;
}

/** nvmlValueType_t */
const VALUE_TYPE = {
  double: 0,
  unsignedInt: 1,
  unsignedLong: 2,
  unsignedLongLong: 3,
  signedLongLong: 4,
  signedInt: 5,
  unsignedShort: 6,
} as const;

const { size, fields: AT } = ABI.fieldValue;

/** @throws NvmlError when the call as a whole fails */
export function readFieldValues(calls: DeviceCalls, requests: readonly FieldRequest[]): FieldReading[] {
  const wanted = requests.map((request) =>
    typeof request === 'number' ? { fieldId: request, scopeId: 0 } : request,
  );
  if (wanted.length === 0) return [];
  const memory = new NativeMemory(wanted.length * size);
  for (const [index, { fieldId, scopeId }] of wanted.entries()) {
    memory.setUint32(index * size + AT.fieldId.offset, fieldId);
    memory.setUint32(index * size + AT.scopeId.offset, scopeId);
  }
  calls.check('fieldValues', wanted.length, memory.address);
  return wanted.map((request, index) => {
    const at = index * size;
    const result = memory.uint32(at + AT.nvmlReturn.offset);
    const isRead = result === NVML_RETURN.SUCCESS;
    return {
      ...request,
      value: isRead
        ? readValue(memory, at + AT.value.offset, memory.uint32(at + AT.valueType.offset), process.platform)
        : null,
      failure: isRead ? null : describeReturn(result).code,
      timestampMicroseconds: memory.int64(at + AT.timestamp.offset),
    };
  });
}

/** The value of an nvmlValue_t union. null: "not available", or a type newer than this package. */
export function readValue(
  memory: NativeMemory,
  offset: number,
  type: number,
  platform: NodeJS.Platform,
): number | null {
  switch (type) {
    case VALUE_TYPE.double:
      return memory.float64(offset);
    case VALUE_TYPE.unsignedInt:
      return memory.uint32OrNull(offset);
    case VALUE_TYPE.unsignedLong:
      // C's long is 32 bits wide on Windows.
      return platform === 'win32' ? memory.uint32OrNull(offset) : memory.uint64OrNull(offset);
    case VALUE_TYPE.unsignedLongLong:
      return memory.uint64OrNull(offset);
    case VALUE_TYPE.signedLongLong:
      return memory.int64(offset);
    case VALUE_TYPE.signedInt:
      return memory.int32(offset);
    case VALUE_TYPE.unsignedShort:
      return memory.uint32(offset) & 0xffff;
    default:
      return null;
  }
}
