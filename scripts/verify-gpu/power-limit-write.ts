import { setTimeout as sleep } from 'node:timers/promises';
import { type NvmlDevice, NvmlError } from 'node-nvml';

/** How long the other limit stands, so that the card takes notice. */
const HOLD_MS = 1000;
const STEP_MILLIWATTS = 1000;

/** What a try to set one card's power limit showed; limits in milliwatts. */
export interface PowerLimitWrite {
  readonly uuid: string;
  readonly before: number | null;
  /** Setting the limit to what it was. */
  readonly same: string;
  /** Setting it one watt lower (higher, where it is as low as may be). */
  readonly changed: { readonly asked: number; readonly answer: string; readonly readBack: number } | null;
  /** At the end; equal to `before`. */
  readonly after: number | null;
}

/**
 * Sets the power limit to what it is, then one watt beside it, and puts it back, also when `signal` aborts.
 * @throws NvmlError when the card is gone
 */
export async function tryPowerLimit(device: NvmlDevice, signal: AbortSignal): Promise<PowerLimitWrite> {
  const { uuid } = device;
  const before = readable(() => device.powerLimitMilliwatts());
  const range = readable(() => device.powerLimitRange());
  if (before === null || range === null) {
    return { uuid, before, same: 'the card tells no power limit', changed: null, after: before };
  }
  const same = answerOf(() => device.setPowerLimit(before));
  if (same !== 'set') return { uuid, before, same, changed: null, after: device.powerLimitMilliwatts() };
  const isLowest = before - STEP_MILLIWATTS < range.minimumMilliwatts;
  const asked = before + (isLowest ? STEP_MILLIWATTS : -STEP_MILLIWATTS);
  let changed: PowerLimitWrite['changed'];
  try {
    const answer = answerOf(() => device.setPowerLimit(asked));
    // A signal only ends the wait.
    await sleep(HOLD_MS, undefined, { signal }).catch(() => undefined);
    changed = { asked, answer, readBack: device.powerLimitMilliwatts() };
  } finally {
    device.setPowerLimit(before);
  }
  return { uuid, before, same, changed, after: device.powerLimitMilliwatts() };
}

function answerOf(write: () => void): string {
  try {
    write();
    return 'set';
  } catch (error) {
    if (!(error instanceof NvmlError)) throw error;
    return error.code;
  }
}

function readable<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof NvmlError && error.code === 'NOT_SUPPORTED') return null;
    throw error;
  }
}
