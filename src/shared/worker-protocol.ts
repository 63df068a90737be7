import { z } from 'zod';
import { errorCodeSchema } from './error-codes.ts';
import { executionProviderSchema } from './execution-provider.ts';
import { modelManifestSchema } from './model-manifest.ts';
import {
  generationChunkSchema,
  generationProgressSchema,
  taskInputSchema,
  taskOutputSchema,
} from './task.ts';

/** Messages between the agent and a worker over the worker's stdin and stdout, framed by `frame-codec.ts`. */
export const WORKER_PROTOCOL_VERSION = 1;

/** Never 0: to stop a worker is to kill it. */
const dutyCycleSchema = z.number().min(0.01).max(1);

export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('load'),
    /** The bundle's folder as the worker sees it. */
    folder: z.string(),
    manifest: modelManifestSchema,
    /** Tried in order. */
    providers: z.array(executionProviderSchema).min(1),
    /** Threads inside one operator; 0 leaves the choice to ONNX Runtime. */
    threads: z.int().nonnegative(),
  }),
  z.object({
    type: z.literal('run'),
    id: z.string(),
    input: taskInputSchema,
    resume: generationProgressSchema.optional(),
  }),
  /** Share of the time that the model may run, also for the run in progress; 1: no pauses. Has no answer. */
  z.object({ type: z.literal('pace'), dutyCycle: dutyCycleSchema }),
  z.object({ type: z.literal('unload') }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

export const fromWorkerSchema = z.discriminatedUnion('type', [
  /** First message of a worker; a sandboxed one started well when it arrives. */
  z.object({ type: z.literal('ready'), protocol: z.int(), runtimeVersion: z.string() }),
  z.object({ type: z.literal('loaded'), provider: executionProviderSchema, loadMs: z.number() }),
  z.object({ type: z.literal('unloaded') }),
  z.object({ type: z.literal('chunk'), id: z.string(), chunk: generationChunkSchema }),
  z.object({ type: z.literal('result'), id: z.string(), output: taskOutputSchema, runMs: z.number() }),
  /** Without `id`: the model could not be loaded. */
  z.object({
    type: z.literal('error'),
    id: z.string().optional(),
    code: errorCodeSchema,
    message: z.string(),
    param: z.string().nullable(),
  }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;
