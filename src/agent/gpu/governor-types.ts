import type { GpuTargets } from '../../shared/gpu-preferences.ts';
import type { Enforcement } from '../../shared/local-api.ts';

/** One reading of the card, about twice a second while it computes; null is what could not be read. */
export interface GovernorInput {
  /** When the reading was complete, by any clock; a clock that is set back does no harm. */
  readonly atSeconds: number;
  readonly temperatureC: number | null;
  readonly memoryTemperatureC: number | null;
  /** Best as the mean since the last reading (from the energy counter); an average by the driver does as well. */
  readonly powerMilliwatts: number | null;
  readonly fanPercent: number | null;
  /** A model is running on the card, paced or not. */
  readonly busy: boolean;
}

export interface GovernorSettings {
  readonly targets: GpuTargets;
  /** Compute stops here, whatever else is set. */
  readonly safetyTemperatureC: number;
}

/** What may be set on this card now. */
export interface GovernorActuators {
  /** null: not permitted or not supported. */
  readonly power: {
    readonly minimumMilliwatts: number;
    readonly maximumMilliwatts: number;
    readonly defaultMilliwatts: number;
  } | null;
  /** null: not permitted or not supported. */
  readonly acoustic: { readonly minimumC: number; readonly maximumC: number } | null;
  /** The default power limit, where it is known, also if it cannot be set. */
  readonly powerDefaultMilliwatts: number | null;
  readonly slowdownTemperatureC: number | null;
}

export interface GovernorCommand {
  /** null: leave the limit as the user has it. */
  readonly powerLimitMilliwatts: number | null;
  readonly acousticThresholdC: number | null;
  /** Share of the time that the model may run, 0.01 to 1. */
  readonly dutyCycle: number;
  /** Compute must stop on this card; stays until it may run again. */
  readonly stop: { readonly code: 'gpu-too-hot'; readonly message: string } | null;
  /** By what the targets are held now. */
  readonly enforcement: { readonly temperature: Enforcement; readonly power: Enforcement };
  /** Why a target is not held as asked, in words; null when it is. */
  readonly note: string | null;
}
