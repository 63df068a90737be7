import { z } from 'zod';

/**
 * NVIDIA graphics cards as every program sees them. Whatever a card or its driver does not tell is null: nothing
 * is guessed.
 */

/** NVML's UUID of a card (`GPU-…`), stable over reboots and driver updates. */
export const gpuUuidSchema = z.string().regex(/^(GPU|MIG)-[\w-]{1,90}$/);

/** Why a card runs slower than it could, most harmless first; NVML's clock event reasons. */
const throttleReasonSchema = z.enum([
  'idle',
  'application-clocks',
  'display-clocks',
  'sync-boost',
  'software-power-cap',
  'software-thermal',
  'hardware-power-brake',
  'hardware-thermal',
  'hardware-slowdown',
]);

const milliwatts = z.int().nonnegative();
const celsius = z.int().min(-100).max(300);
const bytes = z.number().int().nonnegative();

/** What does not change while the driver is loaded. */
export const gpuDeviceSchema = z.object({
  uuid: gpuUuidSchema,
  /** NVML's, in the order of the PCI bus. */
  index: z.int().nonnegative(),
  name: z.string(),
  pciBusId: z.string(),
  /** Linux: N of `/dev/nvidiaN`. */
  minorNumber: z.int().nonnegative().nullable(),
  /** Such as `8.9`. */
  computeCapability: z.string().nullable(),
  memoryBytes: bytes,
  /** The card's real range for its power limit. */
  powerLimitRange: z
    .object({ minimumMilliwatts: milliwatts, maximumMilliwatts: milliwatts, defaultMilliwatts: milliwatts })
    .nullable(),
  /** The range of the temperature that the card's own firmware can hold. */
  acousticThresholdRange: z.object({ minimumC: celsius, maximumC: celsius }).nullable(),
  /** Temperatures at which the card slows down, and turns itself off. */
  slowdownTemperatureC: celsius.nullable(),
  shutdownTemperatureC: celsius.nullable(),
  /** The card counts its energy itself. */
  hasEnergyCounter: z.boolean(),
  /** The limits that may be set on this card, with the rights that Gata has now. */
  canLimit: z.object({ power: z.boolean(), acoustic: z.boolean() }),
});
export type GpuDevice = z.infer<typeof gpuDeviceSchema>;

const gpuProcessSchema = z.object({
  pid: z.int().nonnegative(),
  kind: z.enum(['compute', 'graphics']),
  /** null: Windows does not tell it for GeForce cards. */
  usedBytes: bytes.nullable(),
});
export type GpuProcess = z.infer<typeof gpuProcessSchema>;

/** One reading of one card. */
export const gpuSampleSchema = z.object({
  uuid: gpuUuidSchema,
  /** Milliseconds since the epoch, when the reading was complete. */
  atMs: z.number(),
  temperatureC: celsius.nullable(),
  memoryTemperatureC: celsius.nullable(),
  powerMilliwatts: milliwatts.nullable(),
  /** The card's energy counter since the driver was loaded. */
  energyMillijoules: z.number().nonnegative().nullable(),
  /** Share of time in which a kernel ran, 0 to 100. */
  utilisationPercent: z.number().min(0).max(100).nullable(),
  memoryUtilisationPercent: z.number().min(0).max(100).nullable(),
  memoryUsedBytes: bytes.nullable(),
  memoryFreeBytes: bytes.nullable(),
  graphicsClockMegahertz: z.int().nonnegative().nullable(),
  memoryClockMegahertz: z.int().nonnegative().nullable(),
  /** Of the fan's full speed; may exceed 100. null: no fan of its own. */
  fanPercent: z.number().nonnegative().nullable(),
  pcieTransmitKilobytesPerSecond: z.int().nonnegative().nullable(),
  pcieReceiveKilobytesPerSecond: z.int().nonnegative().nullable(),
  throttleReasons: z.array(throttleReasonSchema).nullable(),
  /** The limit that is set now, by whomever. */
  powerLimitMilliwatts: milliwatts.nullable(),
  acousticThresholdC: celsius.nullable(),
  processes: z.array(gpuProcessSchema).nullable(),
});
export type GpuSample = z.infer<typeof gpuSampleSchema>;

/** The limits to hold on one card; null leaves that limit, or puts it back, as the user had it. */
export const gpuLimitsSchema = z.object({
  powerLimitMilliwatts: milliwatts.nullable(),
  acousticThresholdC: celsius.nullable(),
});
export type GpuLimits = z.infer<typeof gpuLimitsSchema>;
export const NO_GPU_LIMITS: GpuLimits = { powerLimitMilliwatts: null, acousticThresholdC: null };

/** A power limit below this share of the card's default is refused everywhere. */
export const LEAST_POWER_SHARE = 0.5;
