import { z } from 'zod';
import { gpuLimitsSchema, gpuUuidSchema } from './gpu.ts';

/**
 * Between the GPU guard and the privileged helper (`src/gpu/helper.ts`): lines of JSON over a local socket, one
 * answer per request, in order. A connection is a lease's owner: when it ends, or is silent for longer than
 * `HELPER_LEASE_MS`, everything it held is put back.
 */
export const HELPER_PROTOCOL_VERSION = 1;
export const HELPER_LEASE_MS = 5000;
export const HELPER_HEARTBEAT_MS = 1000;
export const HELPER_LINE_BYTES_LIMIT = 4096;

/** Unix socket, made by systemd and open to the user's group only. */
export const HELPER_SOCKET_PATH = '/run/gata-gpu-helper.socket';
/** Below `Program Files`, where the Windows helper is installed. */
export const HELPER_WINDOWS_FOLDER = 'Gata GPU Helper';
export const HELPER_PIPE_PATH = '\\\\.\\pipe\\gata-gpu-helper';

/** The four verbs, and nothing else. */
export const helperRequestSchema = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('describe') }),
  z.strictObject({ verb: z.literal('hold'), uuid: gpuUuidSchema, limits: gpuLimitsSchema }),
  z.strictObject({ verb: z.literal('renew') }),
  z.strictObject({ verb: z.literal('release') }),
]);
export type HelperRequest = z.infer<typeof helperRequestSchema>;

const helperErrorCodeSchema = z.enum([
  'not-allowed',
  'malformed',
  'unknown-device',
  'held-by-another',
  'not-supported',
  'driver-unavailable',
  'failed',
]);
export type HelperErrorCode = z.infer<typeof helperErrorCodeSchema>;

export const helperAnswerSchema = z.discriminatedUnion('answer', [
  z.strictObject({
    answer: z.literal('description'),
    protocol: z.int(),
    version: z.string(),
    /** Cards it can limit, and how. */
    devices: z.array(
      z.strictObject({
        uuid: gpuUuidSchema,
        canLimit: z.object({ power: z.boolean(), acoustic: z.boolean() }),
      }),
    ),
  }),
  /** What is in force now, after clamping, as read back from the card. */
  z.strictObject({
    answer: z.literal('held'),
    uuid: gpuUuidSchema,
    limits: gpuLimitsSchema,
    /** Another program changed the limit meanwhile; the helper keeps its hands off it. */
    foreign: z.boolean(),
    /** Why not all that was asked for is held, in words; null when it is. */
    problem: z.string().nullable(),
  }),
  z.strictObject({ answer: z.literal('renewed') }),
  z.strictObject({ answer: z.literal('released') }),
  z.strictObject({ answer: z.literal('error'), code: helperErrorCodeSchema, message: z.string() }),
]);
export type HelperAnswer = z.infer<typeof helperAnswerSchema>;
