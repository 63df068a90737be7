import { LEAST_POWER_SHARE } from '../../shared/gpu.ts';
import { clamp } from './governor-low-pass.ts';
import type { GovernorActuators, GovernorSettings } from './governor-types.ts';

/** A model always runs a little, so that the card's full power stays known and a job always ends. */
export const LEAST_DUTY = 0.01;
/** A target is at least this far below the safety temperature. */
const TARGET_MARGIN_C = 5;
/** Compute stops before the card's own emergency brake does it. */
const SLOWDOWN_MARGIN_C = 3;

/** What the settings come to on this card. */
export interface GovernorRange {
  /** Shares of power are shares of this; null: unknown, then they are shares of the card's full load. */
  readonly referenceMilliwatts: number | null;
  /** The range of the power limit; null where none may be set. */
  readonly limit: { readonly leastMilliwatts: number; readonly greatestMilliwatts: number } | null;
  /** The least power limit as a share; 1 where none may be set: the card's own. */
  readonly leastLimitShare: number;
  /** The greatest mean power that the user allows, as a share. */
  readonly greatestShare: number;
  readonly safetyTemperatureC: number;
  readonly targetTemperatureC: number;
}

export function governorRange(settings: GovernorSettings, actuators: GovernorActuators): GovernorRange {
  const { targets } = settings;
  const referenceMilliwatts = actuators.power?.defaultMilliwatts ?? actuators.powerDefaultMilliwatts;
  const safetyTemperatureC =
    actuators.slowdownTemperatureC === null
      ? settings.safetyTemperatureC
      : Math.min(settings.safetyTemperatureC, actuators.slowdownTemperatureC - SLOWDOWN_MARGIN_C);
  const asked = clamp(targets.powerPercent / 100, LEAST_POWER_SHARE, 1);
  const reference = referenceMilliwatts !== null && referenceMilliwatts > 0 ? referenceMilliwatts : null;
  const limit = reference === null ? null : limitRange(actuators.power, asked);
  const share = (milliwatts: number | undefined, otherwise: number) =>
    milliwatts === undefined || reference === null ? otherwise : milliwatts / reference;
  return {
    referenceMilliwatts: reference,
    limit,
    leastLimitShare: share(limit?.leastMilliwatts, 1),
    greatestShare: share(limit?.greatestMilliwatts, asked),
    safetyTemperatureC,
    targetTemperatureC: Math.min(targets.targetTemperatureC, safetyTemperatureC - TARGET_MARGIN_C),
  };
}

function limitRange(power: GovernorActuators['power'], asked: number): GovernorRange['limit'] {
  if (power === null) return null;
  const { defaultMilliwatts, minimumMilliwatts, maximumMilliwatts } = power;
  const leastMilliwatts = Math.ceil(Math.max(minimumMilliwatts, LEAST_POWER_SHARE * defaultMilliwatts));
  const mostMilliwatts = Math.floor(Math.min(maximumMilliwatts, defaultMilliwatts));
  // A card whose default lies outside its own range has no range that could be trusted.
  if (leastMilliwatts > mostMilliwatts) return null;
  const greatestMilliwatts = clamp(Math.round(asked * defaultMilliwatts), leastMilliwatts, mostMilliwatts);
  return { leastMilliwatts, greatestMilliwatts };
}
