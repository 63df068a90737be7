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
/** A fan that stays where it is while the card cools by this much does not get slower, whatever Gata does. */
const FIXED_FAN_COOLING_C = 8;
const SAME_FAN_PERCENT = 1.5;
/** The same holds for one that is still too fast after this long with the least work. */
const LEAST_WORK_SECONDS = 20;
/** More than the margin, so that the target may rise again. */
const ABOVE_FLOOR_PERCENT = 4;

/** The outer loop: lowers the temperature target while the fan or the memory is above its ceiling. */
export interface CeilingsState {
  readonly loweredC: number;
  /** Where the fan and the card were when the fan last changed. */
  readonly fanAt: { readonly fanPercent: number; readonly temperatureC: number } | null;
  /** The fan does not get slower than this, which is above its ceiling; null: not known to be so. */
  readonly fanFloorPercent: number | null;
}

export function startCeilings(): CeilingsState {
  return { loweredC: 0, fanAt: null, fanFloorPercent: null };
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
    /** How long the card has done nothing but the least. */
    readonly leastWorkSeconds: number;
  },
): CeilingsState {
  const { temperatureC, targetC, memoryTemperatureC } = sample;
  if (!sample.busy || temperatureC === null || sample.seconds <= 0) return state;
  const seconds = Math.min(sample.seconds, 5);
  const fan = watchFan(state, sample, temperatureC);
  const floor = fan.fanFloorPercent === null ? 0 : fan.fanFloorPercent + ABOVE_FLOOR_PERCENT;
  const fanOver =
    sample.fanPercent === null || sample.fanCeilingPercent === null
      ? Number.NEGATIVE_INFINITY
      : sample.fanPercent - Math.max(sample.fanCeilingPercent, floor);
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
  { fanAt, fanFloorPercent }: CeilingsState,
  sample: Pick<Parameters<typeof stepCeilings>[1], 'fanPercent' | 'fanCeilingPercent' | 'leastWorkSeconds'>,
  temperatureC: number,
): Pick<CeilingsState, 'fanAt' | 'fanFloorPercent'> {
  const { fanPercent, fanCeilingPercent } = sample;
  if (fanPercent === null || fanCeilingPercent === null || fanPercent <= fanCeilingPercent) {
    return { fanAt: null, fanFloorPercent: null };
  }
  const stays = fanAt !== null && Math.abs(fanPercent - fanAt.fanPercent) <= SAME_FAN_PERCENT;
  const at = stays
    ? { ...fanAt, temperatureC: Math.max(fanAt.temperatureC, temperatureC) }
    : { fanPercent, temperatureC };
  const isFloor =
    at.temperatureC - temperatureC >= FIXED_FAN_COOLING_C || sample.leastWorkSeconds >= LEAST_WORK_SECONDS;
  const isBelowFloor = fanFloorPercent !== null && fanPercent < fanFloorPercent - SAME_FAN_PERCENT;
  return { fanAt: at, fanFloorPercent: isFloor ? fanPercent : isBelowFloor ? null : fanFloorPercent };
}
