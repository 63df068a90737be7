import type { GovernorRange } from './governor-range.ts';
import type { ReadingState } from './governor-reading.ts';
import type { GovernorActuators, GovernorCommand } from './governor-types.ts';

/** By what the targets are held now: pauses hold both where the card may not be limited, or not low enough. */
export function enforcementOf(
  reading: ReadingState,
  range: GovernorRange,
  actuators: GovernorActuators,
  dutyCycle: number,
): GovernorCommand['enforcement'] {
  const cardHolds = (range.limit !== null || actuators.acoustic !== null) && dutyCycle === 1;
  return {
    temperature: reading.temperatureC === null ? 'none' : cardHolds ? 'hardware' : 'pacing',
    power: range.limit === null ? 'pacing' : 'hardware',
  };
}
