import { type GpuLimits, LEAST_POWER_SHARE } from '../../shared/gpu.ts';
import type { LimitableCard } from './limitable-card.ts';

/** The lowest and highest value that Gata sets, whatever it is asked for. */
export interface LimitRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** One thing of a card that can be limited; values are milliwatts for `power`, °C for `acoustic`. */
export interface LimitControl {
  readonly name: LimitControlName;
  /** As in "the power limit". */
  readonly words: string;
  /** null: this card has none. */
  range(card: LimitableCard): LimitRange | null;
  read(card: LimitableCard): number;
  write(card: LimitableCard, value: number): void;
  /** What is wanted of this control. */
  wanted(limits: GpuLimits): number | null;
  /** Two values that a driver's rounding may turn into one another. */
  isSame(one: number, other: number): boolean;
  format(value: number): string;
}

export const LIMIT_CONTROL_NAMES = ['power', 'acoustic'] as const;
export type LimitControlName = (typeof LIMIT_CONTROL_NAMES)[number];

const ROUNDING_MILLIWATTS = 500;

const power: LimitControl = {
  name: 'power',
  words: 'power limit',
  range: (card) => {
    const range = card.powerLimitRange;
    if (range === null) return null;
    const minimum = Math.max(range.minimumMilliwatts, Math.ceil(range.defaultMilliwatts * LEAST_POWER_SHARE));
    const maximum = Math.min(range.maximumMilliwatts, range.defaultMilliwatts);
    return minimum <= maximum ? { minimum, maximum } : null;
  },
  read: (card) => card.getPowerLimitMilliwatts(),
  write: (card, milliwatts) => card.setPowerLimitMilliwatts(milliwatts),
  wanted: (limits) => limits.powerLimitMilliwatts,
  isSame: (one, other) => Math.abs(one - other) <= ROUNDING_MILLIWATTS,
  format: (milliwatts) => `${milliwatts / 1000} W`,
};

const acoustic: LimitControl = {
  name: 'acoustic',
  words: 'temperature threshold',
  range: (card) => {
    const range = card.acousticThresholdRange;
    return range === null ? null : { minimum: range.minimumC, maximum: range.maximumC };
  },
  read: (card) => card.getAcousticThresholdC(),
  write: (card, celsius) => card.setAcousticThresholdC(celsius),
  wanted: (limits) => limits.acousticThresholdC,
  isSame: (one, other) => one === other,
  format: (celsius) => `${celsius} °C`,
};

export const LIMIT_CONTROLS: readonly LimitControl[] = [power, acoustic];

/**
 * What is set when `wanted` is asked for: inside the range, and a power limit never above the one that the user
 * had set, because whoever lowered it did so for a reason. Whole milliwatts or degrees.
 */
export function clampLimit(
  control: LimitControl,
  range: LimitRange,
  wanted: number,
  original: number,
): number {
  const inside = Math.min(Math.max(Math.round(wanted), range.minimum), range.maximum);
  return control.name === 'power' ? Math.min(inside, original) : inside;
}
