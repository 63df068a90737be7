import type { GpuDevice } from '../../shared/gpu.ts';

/**
 * What holding limits needs of a card. Every call is synchronous and reaches the driver; all throw LimitError:
 * `not-supported`, `not-allowed` (no rights), `driver-unavailable` (the driver or the card went away) or `failed`.
 */
export interface LimitableCard {
  readonly uuid: string;
  /** null: this card has no power limit. */
  readonly powerLimitRange: GpuDevice['powerLimitRange'];
  /** null: this card's firmware holds no temperature on request. */
  readonly acousticThresholdRange: GpuDevice['acousticThresholdRange'];
  getPowerLimitMilliwatts(): number;
  setPowerLimitMilliwatts(milliwatts: number): void;
  getAcousticThresholdC(): number;
  setAcousticThresholdC(celsius: number): void;
}
