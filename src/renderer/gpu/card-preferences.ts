import type { GpuDevice } from '../../shared/gpu.ts';
import {
  GPU_PRESETS,
  type GpuPreferences,
  type GpuPreset,
  type GpuTargets,
} from '../../shared/gpu-preferences.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';

/** What the user wants of a card: its own preferences, else those for every card. */
export function preferencesOf(gpu: Settings['gpu'], uuid: string): GpuPreferences {
  return gpu.cards[uuid] ?? gpu.defaults;
}

/** Changes a card's preferences and leaves those of the other cards. */
export function preferencesChange(
  uuid: string,
  change: Partial<GpuPreferences>,
): (settings: Settings) => SettingsPatch {
  return ({ gpu }) => ({
    gpu: { cards: { ...gpu.cards, [uuid]: { ...preferencesOf(gpu, uuid), ...change } } },
  });
}

export function targetsOfPreset(preset: GpuPreset, preferences: GpuPreferences): GpuTargets {
  return preset === 'custom' ? preferences.custom : GPU_PRESETS[preset];
}

/**
 * What a share of the default power limit comes to on this card, in mW, within the card's range; null where the
 * card does not tell its default.
 */
export function powerOfShare(percent: number, range: GpuDevice['powerLimitRange']): number | null {
  if (range === null) return null;
  const wished = (range.defaultMilliwatts * percent) / 100;
  return Math.min(range.maximumMilliwatts, Math.max(range.minimumMilliwatts, wished));
}

export interface TargetRanges {
  readonly temperatureC: readonly [number, number];
  readonly powerPercent: readonly [number, number];
  readonly safetyTemperatureC: readonly [number, number];
}

/** What can be asked of this card: within what the settings allow, its lowest power and where it slows down. */
export function targetRanges(device: GpuDevice): TargetRanges {
  const { powerLimitRange: power, slowdownTemperatureC } = device;
  const lowestPower =
    power === null || power.defaultMilliwatts === 0
      ? 0
      : Math.ceil((power.minimumMilliwatts / power.defaultMilliwatts) * 100);
  return {
    temperatureC: [40, Math.max(60, Math.min(95, (slowdownTemperatureC ?? 96) - 1))],
    powerPercent: [Math.min(100, Math.max(50, lowestPower)), 100],
    safetyTemperatureC: [60, Math.max(61, Math.min(100, slowdownTemperatureC ?? 100))],
  };
}
