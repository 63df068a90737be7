import type { z } from 'zod';
import { decodeMessage, encodeFrame, encodeMessage, FrameReader } from '../../src/shared/frame-codec.ts';
import {
  type DownMessage,
  downMessageSchema,
  type UpMessage,
  upMessageSchema,
} from '../../src/shared/job-protocol.ts';
import { type TaskInput, type TaskOutput, taskInputSchema, taskOutputSchema } from '../../src/shared/task.ts';
import {
  type FromWorker,
  fromWorkerSchema,
  type ToWorker,
  toWorkerSchema,
  WORKER_PROTOCOL_VERSION,
} from '../../src/shared/worker-protocol.ts';
import { type FuzzTarget, mutate, type RandomSource } from './fuzz-target.ts';

const CHUNK = { tokenOffset: 3, tokens: [1, 2, 70_000], textOffset: 9, text: 'and é 𝄞' };
const JOB = { jobId: '0b7f4b7e-8a7d-4c39-9d3e-6f4d8f1f9a01', attempt: 2 };
const DIGEST = 'a'.repeat(64);
const OUTPUT: TaskOutput = {
  kind: 'text.generate',
  text: 'a text',
  tokens: [5, 6],
  finishReason: 'stop',
  promptTokens: 4,
};
const INPUT: TaskInput = {
  kind: 'text.generate',
  prompt: { messages: [{ role: 'user', content: 'hello' }] },
  sampling: { temperature: 1, topP: 1, topK: 0, minTokens: 0, stop: ['\n'] },
};
const VECTORS: TaskOutput = { kind: 'embedding', dimensions: 2, vectors: new Uint8Array(8), promptTokens: 1 };
const LABELS: TaskOutput = { kind: 'image.classify', labels: [{ label: 'seven', score: 0.5 }] };

const FROM_WORKER: [FromWorker, ...FromWorker[]] = [
  { type: 'ready', protocol: WORKER_PROTOCOL_VERSION, runtimeVersion: '1.30.0' },
  { type: 'loaded', provider: 'cpu', loadMs: 12.5 },
  { type: 'unloaded' },
  { type: 'chunk', id: '1', chunk: CHUNK },
  { type: 'result', id: '1', output: OUTPUT, runMs: 3 },
  { type: 'result', id: '2', output: VECTORS, runMs: 3 },
  { type: 'result', id: '3', output: LABELS, runMs: 3 },
  { type: 'error', id: '1', code: 'invalid-tensor', message: 'no', param: 'inputs.x' },
];
const TO_WORKER: [ToWorker, ...ToWorker[]] = [
  { type: 'run', id: '1', input: INPUT, resume: { tokens: [1, 2], text: 'a' } },
  { type: 'run', id: '2', input: { kind: 'embedding', texts: ['a', 'b'] } },
  { type: 'run', id: '3', input: { kind: 'image.classify', image: new Uint8Array(5), topK: 5 } },
  { type: 'pace', dutyCycle: 0.5 },
  { type: 'unload' },
];
const DOWN: [DownMessage, ...DownMessage[]] = [
  {
    type: 'offer',
    ...JOB,
    kind: 'text.generate',
    model: { id: 'a-model', digest: DIGEST },
    input: { inline: new Uint8Array(40) },
    answerWithinMs: 2000,
    leaseSeconds: 15,
    wallSeconds: 60,
  },
  { type: 'cancel', ...JOB },
  { type: 'acknowledge', ...JOB, creditWei: '100' },
];
const UP: [UpMessage, ...UpMessage[]] = [
  { type: 'accept', ...JOB },
  { type: 'refuse', ...JOB, reason: 'busy' },
  { type: 'progress', ...JOB, chunk: CHUNK },
  {
    type: 'result',
    ...JOB,
    output: { blob: DIGEST, bytes: 1000 },
    metrics: { provider: 'cpu', runMs: 1, queuedMs: 2 },
  },
  {
    type: 'failed',
    ...JOB,
    error: { code: 'worker-crashed', message: 'gone', param: null },
    retryable: true,
  },
  { type: 'preempted', ...JOB, progress: { tokens: [1], text: 'a' } },
  {
    type: 'presence',
    online: true,
    sessionId: JOB.jobId,
    protocol: 1,
    agentVersion: '0.1.0',
    ready: true,
    capacity: 2,
    kinds: ['text.generate'],
    cachedModels: [DIGEST],
    device: { name: 'a card', provider: 'cpu', sandbox: 'bubblewrap' },
    held: [JOB],
  },
];

/** What reads the frames and job payloads of others. */
export const FRAME_TARGETS: readonly FuzzTarget[] = [
  { name: 'frames of a worker, cut anywhere', feed: feedFrames },
  bytesTarget('messages of a worker', FROM_WORKER, fromWorkerSchema),
  bytesTarget('messages to a worker', TO_WORKER, toWorkerSchema),
  bytesTarget('messages of the gateway', DOWN, downMessageSchema),
  bytesTarget('messages of a node', UP, upMessageSchema),
  bytesTarget('inputs of jobs', [INPUT, { kind: 'embedding', texts: ['a'] }], taskInputSchema),
  bytesTarget('outputs of jobs', [OUTPUT, VECTORS, LABELS], taskOutputSchema),
];

/** A stream of good frames with damage in it: the reader gives messages or throws an Error, and hoards nothing. */
function feedFrames(random: RandomSource): void {
  const sent = Array.from({ length: 1 + random.below(4) }, () => random.pick(FROM_WORKER));
  const good = Buffer.concat(sent.map((message) => encodeFrame(message)));
  const isDamaged = random.below(4) !== 0;
  const stream = isDamaged ? mutate(good, random) : good;
  const reader = new FrameReader();
  const received: unknown[] = [];
  try {
    for (let at = 0; at < stream.length; ) {
      const end = at + 1 + random.below(60);
      received.push(...reader.push(stream.subarray(at, end)));
      at = end;
    }
  } catch (error) {
    if (!isDamaged || !isRefusal(error)) throw error;
    return;
  }
  for (const message of received) fromWorkerSchema.safeParse(message);
  if (!isDamaged && received.length !== sent.length) throw new Error('a message was lost');
}

/** Good messages with damage in their bytes: they are decoded or refused, and the schema never throws. */
function bytesTarget(name: string, good: readonly [unknown, ...unknown[]], schema: z.ZodType): FuzzTarget {
  const encoded = good.map((message) => encodeMessage(message));
  for (const message of good) schema.parse(decodeMessage(encodeMessage(message)));
  return {
    name,
    feed: (random) => {
      const original = encoded[random.below(encoded.length)] ?? new Uint8Array();
      let decoded: unknown;
      try {
        decoded = decodeMessage(mutate(original, random, 6));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return;
      }
      const parsed = schema.safeParse(decoded);
      // What is accepted can be sent on, and is then accepted again.
      if (parsed.success) schema.parse(decodeMessage(encodeMessage(parsed.data)));
    },
  };
}

/** An error by which a decoder says no; a TypeError, or a stack that ran over, would be its own mistake. */
function isRefusal(error: unknown): boolean {
  if (error instanceof RangeError)
    return !error.message.includes('call stack') && !error.message.includes('array length');
  return error instanceof Error && !(error instanceof TypeError || error instanceof ReferenceError);
}
