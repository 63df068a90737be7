import { z } from 'zod';
import { errorCodeSchema } from './error-codes.ts';
import { executionProviderSchema } from './execution-provider.ts';
import { modelIdSchema, modelManifestSchema, sha256Schema } from './model-manifest.ts';
import { generationChunkSchema, generationProgressSchema, taskKindSchema } from './task.ts';
import { weiSchema } from './wei.ts';

/**
 * The job protocol between agent and gateway: HTTPS for enrolment, model bundles and large blobs, MQTT 3.1.1
 * with MessagePack payloads for the rest. MQTT may lose, repeat or delay messages: every message names the job
 * and the attempt it is about, and leases repair what was lost. `docs/protocol.md` has the prose.
 */
export const PROTOCOL_VERSION = 1;

/** Larger inputs and outputs travel as blobs over HTTPS. */
export const INLINE_PAYLOAD_BYTES = 256 * 1024;
/** An MQTT payload above this is dropped unread. */
export const MESSAGE_BYTES_LIMIT = INLINE_PAYLOAD_BYTES + 64 * 1024;
/** A blob above this is refused. */
export const BLOB_BYTES_LIMIT = 64 * 1024 * 1024;
/** Models that a node keeps in quarantine, and names in a presence. */
export const QUARANTINED_MODELS_LIMIT = 256;

/** The node key's address, lower case. */
export const nodeIdSchema = z.string().regex(/^0x[0-9a-f]{40}$/);
export const jobIdSchema = z.uuid();
/** EIP-712, r ‖ s ‖ v. */
export const signatureSchema = z.string().regex(/^0x[0-9a-f]{130}$/);
/** The URL that a gateway names in its challenges; what nodes sign is bound to it. */
export const gatewayNameSchema = z.string().min(1).max(512);
/** Milliseconds since 1970. */
export const timeMsSchema = z.int().nonnegative();

export const topics = {
  down: (nodeId: string) => `gata/v1/nodes/${nodeId}/down`,
  up: (nodeId: string) => `gata/v1/nodes/${nodeId}/up`,
  allUp: 'gata/v1/nodes/+/up',
  /** The node id in an `up` topic, or undefined when the topic is another. */
  nodeIdOfUp: (topic: string): string | undefined =>
    /^gata\/v1\/nodes\/(0x[0-9a-f]{40})\/up$/.exec(topic)?.[1],
};

/** MessagePack of a TaskInput or TaskOutput: in the message, or as a blob to fetch from the gateway. */
const payloadSchema = z.union([
  z.object({ inline: z.instanceof(Uint8Array).refine((bytes) => bytes.byteLength <= INLINE_PAYLOAD_BYTES) }),
  z.object({ blob: sha256Schema, bytes: z.int().nonnegative().max(BLOB_BYTES_LIMIT) }),
]);
export type Payload = z.infer<typeof payloadSchema>;

/** Names one try at one job. A message about an attempt that is over is ignored: attempts fence. */
const attemptFields = { jobId: jobIdSchema, attempt: z.int().positive() };
const jobAttemptSchema = z.object(attemptFields);
export type JobAttempt = z.infer<typeof jobAttemptSchema>;

/** What of a receipt (`receipt.ts`) the gateway does not know by itself. */
const nodeReceiptSchema = z.object({
  gateway: gatewayNameSchema,
  startedAtMs: timeMsSchema,
  finishedAtMs: timeMsSchema,
  signature: signatureSchema,
});
export type NodeReceipt = z.infer<typeof nodeReceiptSchema>;

/** What, with `creditWei`, makes the node's receipt whole. */
const gatewayCreditSchema = z.object({ creditedAtMs: timeMsSchema, signature: signatureSchema });
export type GatewayCredit = z.infer<typeof gatewayCreditSchema>;

// ---- gateway → node -------------------------------------------------------------------------------------

const offerSchema = z.object({
  type: z.literal('offer'),
  ...attemptFields,
  kind: taskKindSchema,
  model: z.object({ id: modelIdSchema, digest: sha256Schema }),
  input: payloadSchema,
  /** A generation another node began; continue it, repeat nothing. */
  resume: generationProgressSchema.optional(),
  /** An answer later than this after receipt is too late. */
  answerWithinMs: z.int().positive(),
  /** The job is requeued when the node is silent about it for this long. */
  leaseSeconds: z.number().positive(),
  /** The run is ended with `job-timeout` after this long, or sooner where the node's own limit is lower. */
  wallSeconds: z.number().positive(),
});
export type Offer = z.infer<typeof offerSchema>;

export const downMessageSchema = z.discriminatedUnion('type', [
  offerSchema,
  z.object({ type: z.literal('cancel'), ...attemptFields }),
  /** The result is durable; the node may forget it. Also the answer to a result that is no longer wanted. */
  z.object({
    type: z.literal('acknowledge'),
    ...attemptFields,
    /** What the gateway credited to the node for this result, in wei of GATA. */
    creditWei: weiSchema.optional(),
    /** The gateway's signature of that, for a result that came with a receipt. */
    credit: gatewayCreditSchema.optional(),
  }),
]);
export type DownMessage = z.infer<typeof downMessageSchema>;

// ---- node → gateway -------------------------------------------------------------------------------------

/** Published retained, like the last will, so that a gateway that starts later knows who is there. */
export const presenceSchema = z.object({
  type: z.literal('presence'),
  /** false is the last will, and a clean goodbye. */
  online: z.boolean(),
  /** New at every connection; an older session's last will does not take a newer one offline. */
  sessionId: z.uuid(),
  protocol: z.int(),
  agentVersion: z.string().max(64),
  /** Paused nodes are offered nothing. */
  ready: z.boolean(),
  /** Jobs the node takes at once, the one that waits included. */
  capacity: z.int().nonnegative(),
  kinds: z.array(taskKindSchema),
  /** Digests of the bundles in the node's cache; it fetches others from the gateway when offered. */
  cachedModels: z.array(sha256Schema).max(1024),
  /** Digests that broke its workers: it refuses them, whoever offers them. Absent: none. */
  quarantinedModels: z.array(sha256Schema).max(QUARANTINED_MODELS_LIMIT).optional(),
  device: z.object({
    name: z.string().max(256),
    provider: executionProviderSchema.nullable(),
    sandbox: z.string().max(64),
  }),
  /** Jobs it holds, so that a restarted gateway leaves them where they are. */
  held: z.array(jobAttemptSchema).max(64),
});
export type Presence = z.infer<typeof presenceSchema>;

const refusalReasonSchema = z.enum([
  'paused',
  'busy',
  'unsupported',
  'model-unavailable',
  /** The model broke this node's workers; the node does not run it until its user or an update lifts that. */
  'model-quarantined',
  'shutting-down',
]);
export type RefusalReason = z.infer<typeof refusalReasonSchema>;

const jobMetricsSchema = z.object({
  provider: executionProviderSchema,
  /** Time in the model, by the worker's clock. */
  runMs: z.number().nonnegative(),
  /** From acceptance to the start of the run. */
  queuedMs: z.number().nonnegative(),
});

export const upMessageSchema = z.discriminatedUnion('type', [
  presenceSchema,
  z.object({ type: z.literal('accept'), ...attemptFields }),
  z.object({ type: z.literal('refuse'), ...attemptFields, reason: refusalReasonSchema }),
  /** Renews the lease; carries what was generated since the last one. */
  z.object({ type: z.literal('progress'), ...attemptFields, chunk: generationChunkSchema.optional() }),
  z.object({
    type: z.literal('result'),
    ...attemptFields,
    output: payloadSchema,
    metrics: jobMetricsSchema,
    /** Absent: an older node, which gets none. */
    receipt: nodeReceiptSchema.optional(),
  }),
  /** `retryable`: another node may succeed (a crash here); otherwise the input or model is at fault. */
  z.object({
    type: z.literal('failed'),
    ...attemptFields,
    error: z.object({ code: errorCodeSchema, message: z.string().max(2000), param: z.string().nullable() }),
    retryable: z.boolean(),
  }),
  /** Handed back unpunished: a game started, the user paused, the node shuts down. */
  z.object({
    type: z.literal('preempted'),
    ...attemptFields,
    /** What was generated and perhaps not yet received. */
    progress: generationProgressSchema.optional(),
  }),
]);
export type UpMessage = z.infer<typeof upMessageSchema>;

// ---- HTTPS ------------------------------------------------------------------------------------------------

/** `POST /v1/nodes/challenges` `{nodeId}` → a nonce to sign. */
export const challengeRequestSchema = z.object({ nodeId: nodeIdSchema });
export const challengeSchema = z.object({
  nonce: sha256Schema,
  gateway: z.string(),
  expiresAt: z.iso.datetime(),
});
export type Challenge = z.infer<typeof challengeSchema>;

/**
 * EIP-712: what the node key signs to enrol. `gateway` binds the signature to one network, so that a
 * signature given to one gateway is worthless at another.
 */
export const ENROLMENT_DOMAIN = { name: 'Gata node enrolment', version: '1' };
export const ENROLMENT_TYPES = {
  Enrolment: [
    { name: 'nodeId', type: 'address' },
    { name: 'gateway', type: 'string' },
    { name: 'nonce', type: 'bytes32' },
  ],
};

/** The EIP-712 message of an enrolment; `ENROLMENT_TYPES` has its types. */
export function enrolmentMessage(nodeId: string, challenge: Pick<Challenge, 'gateway' | 'nonce'>) {
  return { nodeId, gateway: challenge.gateway, nonce: `0x${challenge.nonce}` };
}

/** `POST /v1/nodes/sessions` → the JWT that authenticates HTTPS calls and is the MQTT password. */
export const sessionRequestSchema = z.object({
  nodeId: nodeIdSchema,
  nonce: sha256Schema,
  signature: signatureSchema,
});
export type SessionRequest = z.infer<typeof sessionRequestSchema>;
export const sessionSchema = z.object({
  token: z.string(),
  expiresAt: z.iso.datetime(),
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`; the user name is the node id, the password the token. */
  brokerUrl: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

/** `GET /v1/nodes/models/{digest}` → the manifest; `GET|PUT /v1/nodes/blobs/{sha256}` → bytes, with `Range`. */
export const modelCatalogueSchema = z.object({
  models: z.array(z.object({ digest: sha256Schema, manifest: modelManifestSchema })),
});
