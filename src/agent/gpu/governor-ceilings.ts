import { clamp } from './governor-low-pass.ts';

/** Lowered by this per second for each degree (or, of the fan, for each two per cent) above the ceiling. */
const LOWERING_PER_SECOND = 0.04;
const DEGREES_PER_FAN_PERCENT = 0.5;
/** Raised again this slowly, and only well below the ceiling, so that the two do not chase each other. */
const RAISING_C_PER_SECOND = 1 / 15;
const FAN_MARGIN_PERCENT = 3;
/** Graphics memory is kept below this; it throttles itself at 105 to 110 °C. */
const MEMORY_CEILING_C = 98;
const MEMORY_MARGIN_C = 3;
/** While the card is still hotter than the target that holds now, lowering it further would only wind it up. */
const FOLLOWED_WITHIN_C = 1.5;
const LOWEST_TARGET_C = 40;
/** A fan that stays where it is while the card cools by this much is not steered by the temperature. */
const FIXED_FAN_COOLING_C = 8;
const FIXED_FAN_PERCENT = 1.5;

/** The outer loop: lowers the temperature target while the fan or the memory is above its ceiling. */
export interface CeilingsState {
  readonly loweredC: number;
  /** Where the fan and the card were when the fan last changed. */
  readonly fanAt: { readonly fanPercent: number; readonly temperatureC: number } | null;
  readonly fanIsFixed: boolean;
}

export function startCeilings(): CeilingsState {
  return { loweredC: 0, fanAt: null, fanIsFixed: false };
}

export function stepCeilings(
  state: CeilingsState,
  sample: {
    readonly seconds: number;
    readonly busy: boolean;
    readonly temperatureC: number | null;
    readonly memoryTemperatureC: number | null;
    readonly fanPercent: number | null;
    readonly targetC: number;
    readonly fanCeilingPercent: number | null;
  },
): CeilingsState {
  const { temperatureC, targetC, memoryTemperatureC } = sample;
  if (!sample.busy || temperatureC === null || sample.seconds <= 0) return state;
  const seconds = Math.min(sample.seconds, 5);
  const fan = watchFan(state, sample.fanPercent, temperatureC, sample.fanCeilingPercent);
  const fanOver =
    sample.fanPercent === null || sample.fanCeilingPercent === null || fan.fanIsFixed
      ? Number.NEGATIVE_INFINITY
      : sample.fanPercent - sample.fanCeilingPercent;
  const memoryOver =
    memoryTemperatureC === null ? Number.NEGATIVE_INFINITY : memoryTemperatureC - MEMORY_CEILING_C;
  const overC = Math.max(fanOver * DEGREES_PER_FAN_PERCENT, memoryOver);
  const hasFollowed = temperatureC <= targetC - state.loweredC + FOLLOWED_WITHIN_C;
  const isWellBelow = fanOver < -FAN_MARGIN_PERCENT && memoryOver < -MEMORY_MARGIN_C;
  const change =
    overC > 0 && hasFollowed
      ? LOWERING_PER_SECOND * overC * seconds
      : isWellBelow
        ? -RAISING_C_PER_SECOND * seconds
        : 0;
  // Lowering starts from where the card is: a target that it does not reach anyway would be lowered to no avail.
  const from =
    change > 0 ? Math.max(state.loweredC, targetC - temperatureC - FOLLOWED_WITHIN_C) : state.loweredC;
  return { ...fan, loweredC: clamp(from + change, 0, Math.max(0, targetC - LOWEST_TARGET_C)) };
}

function watchFan(
  state: CeilingsState,
  fanPercent: number | null,
  temperatureC: number,
  ceilingPercent: number | null,
): Pick<CeilingsState, 'fanAt' | 'fanIsFixed'> {
  if (fanPercent === null || ceilingPercent === null) return { fanAt: null, fanIsFixed: false };
  const { fanAt } = state;
  if (fanAt === null || Math.abs(fanPercent - fanAt.fanPercent) > FIXED_FAN_PERCENT) {
    return { fanAt: { fanPercent, temperatureC }, fanIsFixed: false };
  }
  const hottestC = Math.max(fanAt.temperatureC, temperatureC);
  const isFixed = fanPercent > ceilingPercent && hottestC - temperatureC >= FIXED_FAN_COOLING_C;
  return { fanAt: { ...fanAt, temperatureC: hottestC }, fanIsFixed: state.fanIsFixed || isFixed };
}
