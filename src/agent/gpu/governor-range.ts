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
  /** The least and the greatest power limit as shares; null where no limit may be set. */
  readonly limit: { readonly least: number; readonly greatest: number } | null;
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
  const limit = limitShares(actuators.power, asked);
  return {
    referenceMilliwatts: referenceMilliwatts !== null && referenceMilliwatts > 0 ? referenceMilliwatts : null,
    limit,
    greatestShare: limit?.greatest ?? asked,
    safetyTemperatureC,
    targetTemperatureC: Math.min(targets.targetTemperatureC, safetyTemperatureC - TARGET_MARGIN_C),
  };
}

function limitShares(power: GovernorActuators['power'], asked: number): GovernorRange['limit'] {
  if (power === null || power.defaultMilliwatts <= 0) return null;
  const share = (milliwatts: number) => milliwatts / power.defaultMilliwatts;
  const least = Math.max(share(power.minimumMilliwatts), LEAST_POWER_SHARE);
  const most = Math.min(share(power.maximumMilliwatts), 1);
  // A card whose default lies outside its own range has no range that could be trusted.
  return least <= most ? { least, greatest: clamp(asked, least, most) } : null;
}
