import { z } from 'zod';
import { gameChoiceSchema, gameKeySchema } from './game-choice.ts';
import { gpuUuidSchema } from './gpu.ts';
import { DEFAULT_GPU_PREFERENCES, gpuPreferencesSchema } from './gpu-preferences.ts';
import { chainAddressSchema } from './network-profile.ts';
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
    /** The user's word on single games and programs; wins over what Gata thinks of them. */
    choices: z.record(gameKeySchema, gameChoiceSchema),
    /** Folders in which the user keeps games of no store. */
    folders: z.array(z.string().trim().min(1).max(4096)).max(100),
    /** On a machine with several cards only those stop that a game uses, where that is known. */
    onlyItsCard: z.boolean(),
    /** Also pause while the screen is recorded or shared. */
    whileRecording: z.boolean(),
  }),
  idle: z.object({
    /** Pause while the computer is used; `auto`: unless it has a spare card. */
    whileInUse: z.enum(['auto', 'pause', 'run']),
    /** Without keyboard and mouse for this long, the computer is not in use. */
    idleMinutes: z.number().min(1).max(240),
    /** Pause while other programs keep the card busy. */
    whileGpuBusy: z.enum(['pause', 'run']),
    /** Pause while other programs keep the processor busy. */
    whileCpuBusy: z.enum(['pause', 'run']),
    /** Compute on a network that is billed by volume. */
    onMeteredNetwork: z.boolean(),
    /** Electron's name of the keys that pause and resume from anywhere; null: none. */
    hotKey: z.string().min(1).max(100).nullable(),
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
  wallet: z.object({
    /** Where what is earned goes, with its checksum; null: not told yet. Changed through the wallet's own routes. */
    payoutAddress: chainAddressSchema.nullable(),
    /** After so long the wallet locks itself, used or not. */
    autoLockMinutes: z.int().min(1).max(1440),
    /** What one of the chain's coins is worth to the user, in `energy.currency`; null: not told. */
    nativePrice: z.number().min(0).max(1_000_000_000).nullable(),
    /** The most that a unit of gas may cost, in gwei of the chain's coin. */
    gasPriceCeilingGwei: z.number().min(0.001).max(10_000),
    /** Less than so much GATA is not worth claiming; the user may claim it all the same. */
    minimumClaim: z.number().min(0).max(1_000_000_000),
    /** Let the gateway pay the fee of claims, where it offers that. */
    relayClaims: z.boolean(),
    /** Claim without being asked. */
    autoClaim: z.enum(['off', 'claim', 'claim-and-stake']),
    /** Above so much GATA. */
    autoClaimAbove: z.number().min(0).max(1_000_000_000),
    /** Only while the fee is below this part of it, in percent. */
    autoClaimFeePercent: z.number().min(0).max(100),
  }),
});
export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  games: {
    include: [],
    exclude: [],
    resumeDelaySeconds: 10,
    choices: {},
    folders: [],
    onlyItsCard: false,
    whileRecording: false,
  },
  idle: {
    whileInUse: 'auto',
    idleMinutes: 5,
    whileGpuBusy: 'pause',
    whileCpuBusy: 'run',
    onMeteredNetwork: false,
    hotKey: 'CommandOrControl+Alt+P',
  },
  compute: { allowUnsandboxed: false, cpuThreads: 0 },
  gpu: { defaults: DEFAULT_GPU_PREFERENCES, cards: {}, schedule: [], onBattery: false },
  energy: { currency: 'EUR', tariff: null, gataPrice: null, stopAtLoss: true },
  models: { cacheBytes: 20_000_000_000 },
  appearance: { theme: 'system' },
  wallet: {
    payoutAddress: null,
    autoLockMinutes: 15,
    nativePrice: null,
    gasPriceCeilingGwei: 5,
    minimumClaim: 1,
    relayClaims: true,
    autoClaim: 'off',
    autoClaimAbove: 100,
    autoClaimFeePercent: 2,
  },
};

/** `PATCH /v1/settings`: the groups and fields to change; the others stay. */
export const settingsPatchSchema = z.strictObject({
  games: settingsSchema.shape.games.partial().strict().optional(),
  idle: settingsSchema.shape.idle.partial().strict().optional(),
  compute: settingsSchema.shape.compute.partial().strict().optional(),
  gpu: settingsSchema.shape.gpu.partial().strict().optional(),
  energy: settingsSchema.shape.energy.partial().strict().optional(),
  models: settingsSchema.shape.models.partial().strict().optional(),
  appearance: settingsSchema.shape.appearance.partial().strict().optional(),
  wallet: settingsSchema.shape.wallet.omit({ payoutAddress: true }).partial().strict().optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

/** What a part of the agent may change besides. */
export type SettingsChange = Omit<SettingsPatch, 'wallet'> & {
  readonly wallet?: Partial<Settings['wallet']> | undefined;
};
