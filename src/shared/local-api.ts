import { z } from 'zod';
import { errorCodeSchema } from './error-codes.ts';
import { executionProviderSchema } from './execution-provider.ts';
import { gameChoiceSchema, gameKeySchema } from './game-choice.ts';
import { GAME_PAUSES_LIMIT, gamePauseSchema } from './game-pause.ts';
import { gpuDeviceSchema, gpuLimitsSchema, gpuSampleSchema, gpuUuidSchema } from './gpu.ts';
import { gpuPreferencesSchema, gpuPresetSchema, gpuTargetsSchema } from './gpu-preferences.ts';
import { installedGameSchema, refusedFolderSchema } from './installed-game.ts';
import { modelManifestSchema, sha256Schema } from './model-manifest.ts';
import { catalogueViewSchema, modelTrustSchema } from './model-trust.ts';
import { pauseReasonSchema } from './pause-reason.ts';
import { settingsSchema } from './settings.ts';
import { taskKindSchema } from './task.ts';
import { walletOverviewSchema } from './wallet-overview.ts';
import { weiSchema } from './wei.ts';
import { workerFaultSchema } from './worker-fault.ts';

/**
 * The agent's local API, HTTP/JSON on 127.0.0.1, for the desktop shell, the dashboard, the CLI and launchers.
 * The OpenAPI document at `/v1/openapi.json` is generated from these schemas.
 */

/** `ui` may do everything, `launcher` may read the state and hold pause leases, `read` may only read. */
export const tokenScopeSchema = z.enum(['ui', 'launcher', 'read']);
export type TokenScope = z.infer<typeof tokenScopeSchema>;

/** The endpoint file `agent.json` in the data folder, readable by the user only. */
export const endpointFileSchema = z.object({
  port: z.int().min(1).max(65535),
  pid: z.int().positive(),
  version: z.string(),
  tokens: z.record(tokenScopeSchema, z.string()),
});
export type EndpointFile = z.infer<typeof endpointFileSchema>;
export const ENDPOINT_FILE_NAME = 'agent.json';

export const jobStateSchema = z.enum(['waiting', 'running', 'finished', 'failed', 'preempted', 'cancelled']);
export type JobState = z.infer<typeof jobStateSchema>;

/** One job as its node saw it. Never holds prompts or outputs: they are the buyer's. */
export const jobViewSchema = z.object({
  id: z.uuid(),
  attempt: z.int().positive(),
  kind: taskKindSchema,
  modelId: z.string(),
  state: jobStateSchema,
  acceptedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** Tokens generated (text) or read (embedding); 0 for other kinds. */
  tokens: z.int().nonnegative(),
  provider: executionProviderSchema.nullable(),
  runMs: z.number().nonnegative().nullable(),
  /** What the card drew while the job ran; null where no card tells. */
  energyJoules: z.number().nonnegative().nullable().default(null),
  /** What the gateway credited for it; null until it says. */
  earnedWei: weiSchema.nullable().default(null),
  error: z.object({ code: errorCodeSchema, message: z.string() }).nullable(),
});
export type JobView = z.infer<typeof jobViewSchema>;

export const modelViewSchema = z.object({
  digest: sha256Schema,
  manifest: modelManifestSchema,
  state: z.enum(['downloading', 'ready', 'failed']),
  bytes: z.int().nonnegative(),
  downloadedBytes: z.int().nonnegative(),
  /** `user` models were added by hand and are never evicted. */
  origin: z.enum(['network', 'user']),
  lastUsedAt: z.iso.datetime().nullable(),
  error: z.object({ code: errorCodeSchema, message: z.string() }).nullable(),
  /** Whether it may run, and who says so; absent while it is fetched. */
  trust: modelTrustSchema.optional(),
});
export type ModelView = z.infer<typeof modelViewSchema>;

/** A model that broke workers here: its jobs are refused until the user or an update of Gata lifts that. */
const quarantinedModelSchema = z.object({
  digest: sha256Schema,
  modelId: z.string(),
  at: z.iso.datetime(),
  /** What it did, oldest first. */
  faults: z.array(workerFaultSchema),
});
export type QuarantinedModel = z.infer<typeof quarantinedModelSchema>;

export const gameViewSchema = z.object({
  pid: z.int().positive(),
  /** What a person calls it: its title where known, else its file name. */
  name: z.string(),
  executable: z.string(),
  /** Why it counts as a game. */
  why: z.string(),
  since: z.iso.datetime(),
  /** What a choice about it is stored under. */
  key: gameKeySchema,
  /** `maybe`: Gata pauses, and asks the user once. */
  certainty: z.enum(['game', 'maybe']),
  /** What Gata does about it. */
  choice: gameChoiceSchema,
  /** Cards that it uses; null: not known. */
  gpuUuids: z.array(gpuUuidSchema).nullable(),
});
export type GameView = z.infer<typeof gameViewSchema>;

/** A warning that waits for the user: a damaged settings file set aside, an unsandboxed worker allowed. */
export const noticeSchema = z.object({
  id: z.string(),
  level: z.enum(['info', 'warning', 'error']),
  code: z.string(),
  message: z.string(),
  at: z.iso.datetime(),
});
export type Notice = z.infer<typeof noticeSchema>;

export const totalsSchema = z.object({
  finished: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  preempted: z.int().nonnegative(),
  tokens: z.int().nonnegative(),
  energyJoules: z.number().nonnegative().default(0),
  earnedWei: weiSchema.default('0'),
  byKind: z.partialRecord(taskKindSchema, z.int().nonnegative()),
});
export type Totals = z.infer<typeof totalsSchema>;

const networkStateSchema = z.enum(['connecting', 'connected', 'offline']);
export type NetworkState = z.infer<typeof networkStateSchema>;

/** What a worker is kept from. The order is that in which they are shown. */
const protectionCodeSchema = z.enum([
  /** The user's files, and every file but the program's and the model's. */
  'files',
  'network',
  'other-processes',
  'environment',
  /** System calls that a model does not need. */
  'system-calls',
  /** Devices besides the graphics card it was given. */
  'devices',
  'administrator-rights',
  'new-programs',
  'windows-and-input',
  'memory',
  'disk-space',
  'process-count',
  'cpu-time',
]);

const protectionSchema = z.object({
  code: protectionCodeSchema,
  enforced: z.boolean(),
  /** By what it is enforced, or why it is not. */
  detail: z.string(),
});
export type Protection = z.infer<typeof protectionSchema>;

const sandboxViewSchema = z.object({
  mechanism: z.enum(['bubblewrap', 'landlock', 'restricted-token', 'none']),
  working: z.boolean(),
  /** What it is, or why it does not work and what to do. */
  detail: z.string(),
  protections: z.array(protectionSchema).default([]),
  /** The attempts to break out that were made at the start; null where none were made. */
  selfTest: z
    .object({
      attempts: z.int().nonnegative(),
      /** Those that succeeded, in words. Compute stays off with any. */
      escapes: z.array(z.string()),
      at: z.iso.datetime(),
    })
    .nullable()
    .default(null),
});
export type SandboxView = z.infer<typeof sandboxViewSchema>;
export type SandboxMechanism = SandboxView['mechanism'];

/** Earnings and electricity of a span of time; amounts of money in `currency`, null where a price is not told. */
const profitSchema = z.object({
  energyJoules: z.number().nonnegative(),
  earnedWei: weiSchema,
  currency: z.string(),
  electricityCost: z.number().nonnegative().nullable(),
  earnedValue: z.number().nonnegative().nullable(),
  net: z.number().nullable(),
});
export type Profit = z.infer<typeof profitSchema>;

export const statusSchema = z.object({
  version: z.string(),
  pid: z.int().positive(),
  startedAt: z.iso.datetime(),
  /** `working` has a job, `ready` waits for one, `paused` has at least one reason. */
  state: z.enum(['working', 'ready', 'paused']),
  reasons: z.array(pauseReasonSchema),
  /** When compute resumes by itself, where known (delay after a game, timed pause). */
  resumesAt: z.iso.datetime().nullable(),
  currentJobs: z.array(jobViewSchema),
  /** Over the running generation, or the last one; null before the first. */
  tokensPerSecond: z.number().nonnegative().nullable(),
  device: z.object({ name: z.string(), provider: executionProviderSchema.nullable() }),
  sandbox: sandboxViewSchema,
  /** Newest first. */
  quarantinedModels: z.array(quarantinedModelSchema),
  network: z.object({
    state: networkStateSchema,
    gatewayUrl: z.string(),
    nodeId: z.string(),
    /** The gateway runs on this machine and its buyer is a sample. */
    embedded: z.boolean(),
    /** Why it is not connected. */
    detail: z.string().nullable(),
  }),
  games: z.array(gameViewSchema),
  /** Since local midnight. */
  today: totalsSchema,
  todayProfit: profitSchema,
  notices: z.array(noticeSchema),
});
export type Status = z.infer<typeof statusSchema>;

/** `POST /v1/pause`. `minutes`: for that long; `games-end`: until I stop playing; `resumed`: until I say so. */
export const pauseRequestSchema = z.union([
  z.strictObject({
    minutes: z
      .number()
      .positive()
      .max(60 * 24 * 30),
  }),
  z.strictObject({ until: z.enum(['games-end', 'resumed']) }),
]);
export type PauseRequest = z.infer<typeof pauseRequestSchema>;

/** `PUT /v1/pause-leases/{id}`: a launcher pauses compute before it starts a game. */
export const pauseLeaseRequestSchema = z.strictObject({
  reason: z.string().trim().min(1).max(200),
  title: z.string().trim().min(1).max(200).optional(),
  /** The lease ends when this process does. */
  pid: z.int().positive().optional(),
  ttlSeconds: z
    .number()
    .positive()
    .max(24 * 3600),
});
export type PauseLeaseRequest = z.infer<typeof pauseLeaseRequestSchema>;
export const pauseLeaseIdSchema = z.string().regex(/^[\w.:-]{1,128}$/);
export const pauseLeaseSchema = pauseLeaseRequestSchema.extend({
  id: pauseLeaseIdSchema,
  expiresAt: z.iso.datetime(),
});
export type PauseLease = z.infer<typeof pauseLeaseSchema>;

/** `GET /v1/pause-leases`. */
export const pauseLeasesPageSchema = z.object({ leases: z.array(pauseLeaseSchema) });

/** `GET /v1/health`, the one route without a token: the agent answers. */
export const healthSchema = z.object({ status: z.literal('ok'), version: z.string() });

/** `GET /v1/jobs`: newest first; `before` takes the id of the last job of the page before. */
export const jobsQuerySchema = z.object({
  state: jobStateSchema.optional(),
  kind: taskKindSchema.optional(),
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type JobsQuery = z.infer<typeof jobsQuerySchema>;
export const jobsPageSchema = z.object({ jobs: z.array(jobViewSchema), more: z.boolean() });
export type JobsPage = z.infer<typeof jobsPageSchema>;

/** `POST /v1/models`: a Hugging Face id (`owner/name`) or an absolute folder path. */
export const addModelRequestSchema = z.strictObject({ source: z.string().trim().min(1).max(4096) });
export const modelsPageSchema = z.object({
  models: z.array(modelViewSchema),
  /** What this node knows of the network's model catalogue. */
  catalogue: catalogueViewSchema.optional(),
});
export type ModelsPage = z.infer<typeof modelsPageSchema>;
/** `PUT /v1/games/choices`: the user's word on one game or program; null forgets it. */
export const gameChoiceRequestSchema = z.strictObject({
  key: gameKeySchema,
  choice: gameChoiceSchema.nullable(),
});
export type GameChoiceRequest = z.infer<typeof gameChoiceRequestSchema>;

export const gamesPageSchema = z.object({
  running: z.array(gameViewSchema),
  /** What the stores have installed, by title. */
  installed: z.array(installedGameSchema.extend({ choice: gameChoiceSchema })),
  /** The stores are being looked through. */
  scanning: z.boolean(),
  /** Folders of the user's settings that cannot be taken. */
  refusedFolders: z.array(refusedFolderSchema),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  /** The last pauses for games, newest first. */
  pauses: z.array(gamePauseSchema).max(GAME_PAUSES_LIMIT),
});
export type GamesPage = z.infer<typeof gamesPageSchema>;
export const logsQuerySchema = z.object({ lines: z.coerce.number().int().min(1).max(10_000).default(200) });
export const logsPageSchema = z.object({ lines: z.array(z.string()) });

/** How a wish is met on one card: by the card itself, by pauses between runs, or not at all. */
const enforcementSchema = z.enum(['hardware', 'pacing', 'none']);
export type Enforcement = z.infer<typeof enforcementSchema>;

const gpuViewSchema = z.object({
  device: gpuDeviceSchema,
  preferences: gpuPreferencesSchema,
  /** The preset in force, after the schedule, and what it asks for on this card. */
  preset: gpuPresetSchema,
  targets: gpuTargetsSchema,
  sample: gpuSampleSchema.nullable(),
  /** Compute may use the card now; if not, why, in words. */
  mayRun: z.boolean(),
  detail: z.string().nullable(),
  /** Share of the time that the model may run, 0 to 1. */
  dutyCycle: z.number().min(0).max(1),
  /** Limits that Gata holds on the card now. */
  held: gpuLimitsSchema,
  enforcement: z.object({ temperature: enforcementSchema, power: enforcementSchema }),
  /** Why a limit that was asked for is not held, in words. */
  problem: z.string().nullable(),
});
export type GpuView = z.infer<typeof gpuViewSchema>;

/** `GET /v1/gpus`, and the `gpus` event at each reading. */
export const gpusPageSchema = z.object({
  /** `absent`: no NVIDIA driver; `lost`: it went away, compute waits for it. */
  state: z.enum(['starting', 'absent', 'ready', 'lost']),
  detail: z.string().nullable(),
  driverVersion: z.string().nullable(),
  cudaVersion: z.string().nullable(),
  /** Who may set limits: Gata itself, its privileged helper, or nobody, so that pacing does the work. */
  authority: z.enum(['direct', 'helper', 'none']),
  authorityDetail: z.string(),
  helper: z.object({
    state: z.enum(['installed', 'not-installed', 'unsupported']),
    /** The installation or removal under way, if any. */
    busy: z.enum(['installing', 'removing']).nullable(),
    detail: z.string(),
  }),
  gpus: z.array(gpuViewSchema),
});
export type GpusPage = z.infer<typeof gpusPageSchema>;

/** `GET /v1/gpus/{uuid}/history`: columns of the same length, oldest first, for charts. */
export const gpuHistoryQuerySchema = z.object({
  seconds: z.coerce.number().int().min(1).max(3600).default(3600),
});
const historyColumn = z.array(z.number().nullable());
export const gpuHistorySchema = z.object({
  uuid: gpuUuidSchema,
  atMs: z.array(z.number()),
  temperatureC: historyColumn,
  memoryTemperatureC: historyColumn,
  powerMilliwatts: historyColumn,
  utilisationPercent: historyColumn,
  memoryUsedBytes: historyColumn,
  fanPercent: historyColumn,
  graphicsClockMegahertz: historyColumn,
});
export type GpuHistory = z.infer<typeof gpuHistorySchema>;

/** `GET /v1/energy`: newest day first, local days. */
export const energyQuerySchema = z.object({ days: z.coerce.number().int().min(1).max(31).default(7) });
export const energyPageSchema = z.object({
  days: z.array(profitSchema.extend({ date: z.iso.date() })),
  /** What the work earns per kilowatt hour, over the latest jobs; null before the first. */
  earnedWeiPerKilowattHour: weiSchema.nullable(),
});
export type EnergyPage = z.infer<typeof energyPageSchema>;

/** `GET /v1/events`: the SSE event names and the JSON of each `data`. */
export const localEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('status'), data: statusSchema }),
  z.object({ event: z.literal('job'), data: jobViewSchema }),
  z.object({ event: z.literal('settings'), data: settingsSchema }),
  z.object({ event: z.literal('model'), data: modelViewSchema }),
  z.object({ event: z.literal('gpus'), data: gpusPageSchema }),
  /** A pause for a game was recorded, or more became known of it. */
  z.object({ event: z.literal('game-pause'), data: gamePauseSchema }),
  /** For clients with the `ui` token only. */
  z.object({ event: z.literal('wallet'), data: walletOverviewSchema }),
]);
export type LocalEvent = z.infer<typeof localEventSchema>;
