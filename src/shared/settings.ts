import { z } from 'zod';
import { gpuUuidSchema } from './gpu.ts';
import { DEFAULT_GPU_PREFERENCES, gpuPreferencesSchema } from './gpu-preferences.ts';
import { scheduleRuleSchema } from './schedule.ts';
import { tariffSchema } from './tariff.ts';

/** A program by its file name (`hades2.exe`) or by a path that it lies under. Case does not matter. */
const programPatternSchema = z.string().trim().min(1).max(1024);

/** ISO 4217 code of the user's currency. */
const currencySchema = z
  .string()
  .regex(/^[A-Z]{3}$/, 'write the currency as its three letters, such as EUR')
  .refine((code) => Intl.supportedValuesOf('currency').includes(code), 'there is no such currency');

/**
 * The user's settings, as stored and as the local API shows them. Changing a field's meaning needs a new
 * migration in `src/agent/settings`.
 */
export const settingsSchema = z.object({
  games: z.object({
    /** Programs that count as games besides the built-in list. */
    include: z.array(programPatternSchema).max(1000),
    /** Programs that never count as games; wins over everything. */
    exclude: z.array(programPatternSchema).max(1000),
    /** How long after the last game's end compute resumes. */
    resumeDelaySeconds: z.number().min(0).max(3600),
  }),
  compute: z.object({
    /** Run strangers' models without a working operating-system sandbox. Off unless the user insists. */
    allowUnsandboxed: z.boolean(),
    /** Threads inside one operator on the CPU; 0: half of the logical processors. */
    cpuThreads: z.int().min(0).max(256),
  }),
  gpu: z.object({
    /** For cards without preferences of their own. */
    defaults: gpuPreferencesSchema,
    /** By the card's UUID. */
    cards: z.record(gpuUuidSchema, gpuPreferencesSchema),
    /** Presets by time of day. */
    schedule: z.array(scheduleRuleSchema).max(50),
    /** Compute while the machine runs on its battery. */
    onBattery: z.boolean(),
  }),
  energy: z.object({
    currency: currencySchema,
    /** What electricity costs the user; null: not told yet. */
    tariff: tariffSchema.nullable(),
    /** What one GATA is worth to the user, in `currency`; null: unknown, so nothing is said about profit. */
    gataPrice: z.number().min(0).max(1_000_000_000).nullable(),
    /** Stop while the electricity costs more than the work earns. */
    stopAtLoss: z.boolean(),
  }),
  models: z.object({
    /** The cache evicts the least recently used bundles above this. */
    cacheBytes: z.int().min(100_000_000).max(4_000_000_000_000),
  }),
  appearance: z.object({
    theme: z.enum(['system', 'light', 'dark']),
  }),
});
export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  games: { include: [], exclude: [], resumeDelaySeconds: 10 },
  compute: { allowUnsandboxed: false, cpuThreads: 0 },
  gpu: { defaults: DEFAULT_GPU_PREFERENCES, cards: {}, schedule: [], onBattery: false },
  energy: { currency: 'EUR', tariff: null, gataPrice: null, stopAtLoss: true },
  models: { cacheBytes: 20_000_000_000 },
  appearance: { theme: 'system' },
};

/** `PATCH /v1/settings`: the groups and fields to change; the others stay. */
export const settingsPatchSchema = z.strictObject({
  games: settingsSchema.shape.games.partial().strict().optional(),
  compute: settingsSchema.shape.compute.partial().strict().optional(),
  gpu: settingsSchema.shape.gpu.partial().strict().optional(),
  energy: settingsSchema.shape.energy.partial().strict().optional(),
  models: settingsSchema.shape.models.partial().strict().optional(),
  appearance: settingsSchema.shape.appearance.partial().strict().optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
