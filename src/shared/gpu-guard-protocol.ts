import { z } from 'zod';
import { gpuDeviceSchema, gpuLimitsSchema, gpuSampleSchema, gpuUuidSchema } from './gpu.ts';

/**
 * Messages between the agent and its GPU guard (`src/gpu/guard.ts`) over the guard's stdin and stdout, framed by
 * `frame-codec.ts`. The guard alone talks to NVML, because a driver's call may hang; and it outlives the agent for
 * as long as it takes to put the card's limits back.
 */
export const GUARD_PROTOCOL_VERSION = 1;

/** Silence longer than this ends every lease: the limits are put back. */
export const GUARD_LEASE_MS = 3000;
/** How often the agent speaks, if only to say that it is there. */
export const GUARD_HEARTBEAT_MS = 1000;

export const toGuardSchema = z.discriminatedUnion('type', [
  /** How often every card is read. */
  z.object({ type: z.literal('sample'), everyMs: z.int().min(50).max(60_000) }),
  /** All that is to be held on one card; replaces what was held there. Answered by `held`. */
  z.object({ type: z.literal('hold'), uuid: gpuUuidSchema, limits: gpuLimitsSchema }),
  /** Puts every limit back. Answered by `released`. */
  z.object({ type: z.literal('release') }),
  z.object({ type: z.literal('heartbeat') }),
  /** The privileged helper was installed or removed: look for it again. Answered by `devices`. */
  z.object({ type: z.literal('reconnect') }),
]);
export type ToGuard = z.infer<typeof toGuardSchema>;

/** Who sets limits: the guard itself with its own rights, the privileged helper, or nobody. */
const limitAuthoritySchema = z.enum(['direct', 'helper', 'none']);
export type LimitAuthority = z.infer<typeof limitAuthoritySchema>;

export const fromGuardSchema = z.discriminatedUnion('type', [
  /** First message; limits that an earlier run left behind are back by then. */
  z.object({
    type: z.literal('ready'),
    protocol: z.int(),
    /** Cards on which limits had been left, and were put back. */
    restored: z.array(gpuUuidSchema),
  }),
  /** There is no NVIDIA driver here. The guard ends after this. */
  z.object({ type: z.literal('absent'), detail: z.string() }),
  /** After `ready`, after each reconnection to the driver and each change of the authority. */
  z.object({
    type: z.literal('devices'),
    driverVersion: z.string(),
    /** Such as `13.0`: the newest CUDA that the driver runs. */
    cudaVersion: z.string().nullable(),
    devices: z.array(gpuDeviceSchema),
    authority: limitAuthoritySchema,
    /** Why there is no more authority, in words. */
    authorityDetail: z.string(),
  }),
  /** One reading of every card. */
  z.object({ type: z.literal('samples'), samples: z.array(gpuSampleSchema) }),
  /** The driver went away or was updated, or a card fell off the bus. The guard tries again by itself. */
  z.object({ type: z.literal('lost'), detail: z.string() }),
  z.object({
    type: z.literal('held'),
    uuid: gpuUuidSchema,
    /** What is in force now, as read back; null where nothing is held. */
    limits: gpuLimitsSchema,
    /** Why a limit is not held, in words; null when all are. */
    problem: z.string().nullable(),
    /** Another program changed the limit meanwhile; the guard keeps its hands off it. */
    foreign: z.boolean(),
  }),
  z.object({ type: z.literal('released'), problem: z.string().nullable() }),
]);
export type FromGuard = z.infer<typeof fromGuardSchema>;
