import { z } from 'zod';
import { executionProviderSchema } from './execution-provider.ts';
import { pluginProviderSchema, providerLibraryIdSchema } from './provider-library.ts';
import { taskKindSchema } from './task.ts';

/** All that ONNX Runtime may be taught, beside what onnxruntime-node names. */
const providerNameSchema = z.enum([...executionProviderSchema.options, ...pluginProviderSchema.options]);
export type ProviderName = z.infer<typeof providerNameSchema>;

/** How a provider did with one kind of job, in the sandbox, against the CPU's answers. */
const providerMeasurementSchema = z.object({
  kind: taskKindSchema,
  /** Within the tolerance of the CPU's answers. */
  correct: z.boolean(),
  /** The largest difference that was seen; null: it gave no numbers. */
  largestError: z.number().nonnegative().nullable(),
  /** Tokens or runs of the model in a second; null: it did not get that far. */
  perSecond: z.number().positive().nullable(),
});

export const libraryViewSchema = z.object({
  id: providerLibraryIdSchema,
  version: z.string(),
  bytes: z.int().positive(),
  licence: z.object({ name: z.string(), url: z.url(), text: z.string() }),
  /** `damaged`: a file is not what the manifest says, so nothing of it is loaded. */
  state: z.enum(['not-installed', 'downloading', 'verifying', 'installed', 'damaged']),
  /** While it is downloading: bytes that are here. */
  doneBytes: z.int().nonnegative().nullable(),
  problem: z.string().nullable(),
});

export type LibraryView = z.infer<typeof libraryViewSchema>;

/** One execution provider on this machine. */
const providerViewSchema = z.object({
  provider: providerNameSchema,
  /** `working`: it gave correct answers; `quarantined`: it crashed or lied, and is not tried until the user asks. */
  state: z.enum(['untested', 'testing', 'working', 'unavailable', 'quarantined']),
  /** Why it does not work and what to do, in a sentence. */
  detail: z.string().nullable(),
  /** The one that jobs use first. */
  chosen: z.boolean(),
  testedAt: z.iso.datetime().nullable(),
  measurements: z.array(providerMeasurementSchema),
  /** null: it is in ONNX Runtime's own binaries, or there is none for this machine. */
  library: libraryViewSchema.nullable(),
});
export type ProviderView = z.infer<typeof providerViewSchema>;

/** `GET /v1/providers`, best first. */
export const providersPageSchema = z.object({
  providers: z.array(providerViewSchema),
  /** The runtime that the providers are for. */
  ortVersion: z.string(),
  /** Why there are no libraries to download; null: there is a manifest. */
  librariesProblem: z.string().nullable(),
});
export type ProvidersPage = z.infer<typeof providersPageSchema>;

/** `POST /v1/providers/libraries/:id/download`. */
export const downloadLibraryRequestSchema = z.strictObject({
  /** The version whose licence was shown. */
  version: z.string().max(32),
  acceptLicence: z.literal(true),
});

/** `POST /v1/providers/libraries/import`. */
export const importLibraryRequestSchema = z.strictObject({
  /** An absolute path on the agent's machine. */
  folder: z.string().min(1).max(4096),
  /** The libraries whose licence was shown, by id. */
  acceptLicencesOf: z.array(providerLibraryIdSchema).max(32),
});
