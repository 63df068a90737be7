import type { DeviceCalls } from './device-calls.ts';
import { FUNCTIONS, type FunctionName } from './functions.ts';
import type { NativeArgument } from './native-library.ts';
import { NVML_RETURN } from './return-codes.ts';

/** One call of a sample on one card. */
export interface Slot {
  readonly symbol: string;
  readonly invoke: (...args: NativeArgument[]) => number;
  /** The library has it. */
  readonly exists: boolean;
  /** Known not to work on this card, so it is not made again. */
  isMissing: boolean;
}

export function callSlot(calls: DeviceCalls, name: FunctionName): Slot {
  const call = calls.find(name);
  if (call !== null) return { symbol: call.symbol, invoke: call.invoke, exists: true, isMissing: false };
  return {
    symbol: FUNCTIONS[name].symbols[0],
    invoke: () => NVML_RETURN.FUNCTION_NOT_FOUND,
    exists: false,
    isMissing: true,
  };
}

/** The call is made again, where the library has it. */
export function resetSlot(slot: Slot): void {
  slot.isMissing = !slot.exists;
}
