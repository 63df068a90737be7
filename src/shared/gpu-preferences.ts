import { z } from 'zod';

/** What the user wants of a card. */
export const gpuTargetsSchema = z.object({
  /** Held while Gata computes. */
  targetTemperatureC: z.int().min(40).max(95),
  /** Share of the card's default power limit. */
  powerPercent: z.int().min(50).max(100),
  /** Gata slows down rather than let the fan run faster; null: no ceiling. */
  fanCeilingPercent: z.int().min(20).max(100).nullable(),
});
export type GpuTargets = z.infer<typeof gpuTargetsSchema>;

export const gpuPresetSchema = z.enum(['quiet', 'balanced', 'max', 'custom']);
export type GpuPreset = z.infer<typeof gpuPresetSchema>;

export const GPU_PRESETS: Readonly<Record<Exclude<GpuPreset, 'custom'>, GpuTargets>> = {
  quiet: { targetTemperatureC: 62, powerPercent: 60, fanCeilingPercent: 45 },
  balanced: { targetTemperatureC: 72, powerPercent: 80, fanCeilingPercent: null },
  max: { targetTemperatureC: 82, powerPercent: 100, fanCeilingPercent: null },
};

/** The user's choices for one card. */
export const gpuPreferencesSchema = z.object({
  /** Gata may compute on it. */
  enabled: z.boolean(),
  preset: gpuPresetSchema,
  /** In force with the preset `custom`. */
  custom: gpuTargetsSchema,
  /** Compute stops above this, whatever else is set, and resumes well below it. */
  safetyTemperatureC: z.int().min(60).max(100),
  /** Kept free, so that a game can always start. */
  memoryHeadroomBytes: z.int().min(0).max(64_000_000_000),
});
export type GpuPreferences = z.infer<typeof gpuPreferencesSchema>;

export const DEFAULT_GPU_PREFERENCES: GpuPreferences = {
  enabled: true,
  preset: 'balanced',
  custom: GPU_PRESETS.balanced,
  safetyTemperatureC: 87,
  memoryHeadroomBytes: 1024 ** 3,
};
