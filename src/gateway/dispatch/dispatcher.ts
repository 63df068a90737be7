import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { DownMessage, Presence, UpMessage } from '../../shared/job-protocol.ts';
import type { TaskInput, TaskOutput } from '../../shared/task.ts';
import { usageOf } from '../ledger/usage.ts';
import type { PresenceRegistry } from '../nodes/presence-registry.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { JobEndpoint, JobRow, StoredError } from '../store/database-schema.ts';
import { loadOutput, storeInput } from '../store/job-payload.ts';
import { inputPayload, type JobStore, storedProgress } from '../store/job-store.ts';
import { storeFailure } from '../store/store-failure.ts';
import { chooseNode, hasRoom, type NodeCandidate } from './choose-node.ts';
import type { DispatchTimings } from './dispatch-timings.ts';
import type { JobHandle } from './job-handle.ts';
import {
  dueAt,
  isOver,
  type JobEvent,
  newJobState,
  nodeOf,
  recoveredJobState,
  reopenedJobState,
  type Transition,
} from './job-machine.ts';
import { JobWriter } from './job-writer.ts';
import { LiveJob } from './live-job.ts';
import { BAD_OUTPUT, errorFromNode } from './node-error.ts';
import { StoredJob } from './stored-job.ts';

export interface JobRequest {
  readonly buyerId: string;
  readonly endpoint: JobEndpoint;
  readonly model: { readonly id: string; readonly digest: string };
  readonly input: TaskInput;
  readonly idempotencyKey: string | undefined;
}

export interface DispatcherParts {
  readonly store: JobStore;
  readonly blobs: BlobStore;
  readonly registry: PresenceRegistry;
  readonly send: (nodeId: string, message: DownMessage) => Promise<void>;
  readonly timings: DispatchTimings;
  readonly clock: Clock;
  readonly log: Logger;
}

type AttemptMessage = Exclude<UpMessage, Presence>;

/** More unfinished jobs than this are refused, so that one buyer cannot fill the queue. */
const UNFINISHED_PER_BUYER = 1000;
const FINISH_TRIES = 5;

/**
 * Takes jobs, offers them to nodes one at a time, and sees each to its one end. What happens is decided by
 * `job-machine.ts` and `choose-node.ts`; here is the I/O: the store, the messages and the timers.
 */
export class Dispatcher implements AsyncDisposable {
  readonly #store: JobStore;
  readonly #blobs: BlobStore;
  readonly #registry: PresenceRegistry;
  readonly #send: DispatcherParts['send'];
  readonly #timings: DispatchTimings;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #writer: JobWriter;
  readonly #jobs = new Map<string, LiveJob>();
  readonly #queued = new Set<LiveJob>();
  readonly #byNode = new Map<string, Set<LiveJob>>();
  readonly #timers = new Map<LiveJob, { timer: NodeJS.Timeout; at: number }>();
  readonly #work = new Set<Promise<void>>();
  #pumpTimer: NodeJS.Timeout | undefined;
  #closing = false;

  constructor(parts: DispatcherParts) {
    this.#store = parts.store;
    this.#blobs = parts.blobs;
    this.#registry = parts.registry;
    this.#send = parts.send;
    this.#timings = parts.timings;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#writer = new JobWriter(parts.store, parts.timings.persistEveryMs, parts.log);
  }

  /** Takes up the jobs that were unfinished when the gateway last stopped. @returns how many. */
  async recover(): Promise<number> {
    const rows = await this.#store.unfinished();
    for (const row of rows) this.#revive(row);
    return rows.length;
  }

  /**
   * Stores the job, then offers it. The same idempotency key of the same buyer is the same job.
   * @throws GataError `conflict` when the key was used for something else, `rate-limited`, `disk-full`.
   */
  async submit(request: JobRequest): Promise<JobHandle> {
    if (this.#closing) throw new GataError('shutting-down', SHUTTING_DOWN.message);
    this.#limitBuyer(request.buyerId);
    const { payload, encoded } = await storeInput(request.input, this.#blobs);
    const requestHash = hashRequest(request, encoded);
    const now = this.#now();
    const job = new LiveJob(
      {
        id: uuidv7(),
        buyerId: request.buyerId,
        endpoint: request.endpoint,
        kind: request.input.kind,
        modelId: request.model.id,
        modelDigest: request.model.digest,
        input: payload,
        createdAt: new Date(now),
      },
      newJobState(now, this.#timings),
    );
    // Known before it is stored: whoever finds the row by its key finds this job.
    this.#jobs.set(job.facts.id, job);
    let inserted = false;
    try {
      inserted = await this.#store.insert({
        id: job.facts.id,
        buyer_id: request.buyerId,
        endpoint: request.endpoint,
        kind: request.input.kind,
        model_id: request.model.id,
        model_digest: request.model.digest,
        request_hash: requestHash,
        idempotency_key: request.idempotencyKey ?? null,
        input: payload,
      });
    } catch (error) {
      throw storeFailure(error);
    } finally {
      if (!inserted) this.#jobs.delete(job.facts.id);
    }
    if (!inserted) return await this.#attach(request.buyerId, request.idempotencyKey ?? '', requestHash);
    this.#queued.add(job);
    this.#arm(job);
    this.#pump();
    return job;
  }

  /** The row of a buyer's job and, while it is unfinished, the job itself. */
  async find(buyerId: string, id: string): Promise<{ row: JobRow; handle: JobHandle } | undefined> {
    const row = await this.#store.get(id);
    return row === undefined || row.buyer_id !== buyerId ? undefined : { row, handle: this.#handleOf(row) };
  }

  /** The buyer is gone and nobody else can come for the result. */
  cancel(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined || isOver(job.state) || this.#closing) return;
    const nodeId = nodeOf(job.state);
    this.#apply(job, { type: 'cancel' });
    if (nodeId !== undefined) this.#tell(nodeId, { type: 'cancel', ...job.attemptRef() });
    this.#pump();
  }

  /** A message from a node, already validated. */
  receive(nodeId: string, message: UpMessage, retained: boolean): void {
    if (this.#closing) return;
    if (message.type === 'presence') this.#presence(nodeId, message, retained);
    else this.#aboutAttempt(nodeId, message);
    this.#pump();
  }

  /** Ends what buyers wait for with `shutting-down`; the jobs stay unfinished and go on after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#pumpTimer);
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const job of this.#jobs.values()) {
      if (!isOver(job.state)) job.settleFailed('failed', SHUTTING_DOWN);
    }
    await Promise.all(this.#work);
    await this.#writer[Symbol.asyncDispose]();
  }

  #presence(nodeId: string, presence: Presence, retained: boolean): void {
    const change = this.#registry.update(nodeId, presence);
    if (change.type === 'none') return;
    if (change.type === 'offline') {
      for (const job of this.#jobsOf(nodeId)) this.#apply(job, { type: 'node-gone', nodeId });
      return;
    }
    const held = new Map(presence.held.map((attempt) => [attempt.jobId, attempt.attempt]));
    for (const [jobId, attempt] of held) {
      const job = this.#jobs.get(jobId);
      const stale = job === undefined || this.#apply(job, { type: 'held', nodeId, attempt }).stale;
      // A retained presence may name what is long over; the node says so itself when it still matters.
      if (stale && !retained && !this.#isBeingWritten(job))
        this.#tell(nodeId, { type: 'cancel', jobId, attempt });
    }
    for (const job of this.#jobs.values()) {
      const { phase, attempt } = job.state;
      if (phase.name !== 'recovering' || phase.nodeId !== nodeId) continue;
      // Still connected since before we started: its jobs are where they were.
      if (retained) this.#apply(job, { type: 'held', nodeId, attempt });
      else if (!held.has(job.facts.id)) this.#apply(job, { type: 'node-gone', nodeId });
    }
    if (change.newSession && !retained) {
      for (const job of this.#jobsOf(nodeId)) {
        if (!held.has(job.facts.id)) this.#apply(job, { type: 'node-gone', nodeId });
      }
    }
    if (change.becameReady) for (const job of this.#queued) job.avoidUntil.delete(nodeId);
  }

  #aboutAttempt(nodeId: string, message: AttemptMessage): void {
    const job = this.#jobs.get(message.jobId);
    if (job === undefined) {
      this.#track(this.#aboutUnknown(nodeId, message));
      return;
    }
    const about = { nodeId, attempt: message.attempt };
    let stale = false;
    switch (message.type) {
      case 'accept':
        stale = this.#apply(job, { type: 'accept', ...about }).stale;
        break;
      case 'refuse':
        this.#apply(job, { type: 'refuse', reason: message.reason, ...about });
        return;
      case 'progress':
        stale = this.#apply(job, { type: 'progress', ...about }).stale;
        if (!stale && message.chunk !== undefined) job.append(message.chunk);
        break;
      case 'preempted':
        stale = this.#apply(job, { type: 'preempted', ...about }).stale;
        if (!stale && message.progress !== undefined) job.extend(message.progress);
        if (!stale) this.#tell(nodeId, { type: 'acknowledge', ...job.attemptRef(message.attempt) });
        break;
      case 'failed': {
        const error = errorFromNode(message.error);
        stale = this.#apply(job, { type: 'failed', error, retryable: message.retryable, ...about }).stale;
        if (!stale) this.#log.info({ jobId: message.jobId, nodeId, code: error.code }, 'a node failed a job');
        if (!stale) this.#tell(nodeId, { type: 'acknowledge', ...job.attemptRef(message.attempt) });
        break;
      }
      case 'result':
        // Renews the lease while the output is fetched; the result itself counts once it proved to be one.
        stale = this.#apply(job, { type: 'progress', ...about }).stale;
        if (!stale) this.#track(this.#result(job, nodeId, message));
        break;
    }
    if (stale && !this.#isBeingWritten(job)) this.#answerStale(nodeId, message);
  }

  async #result(
    job: LiveJob,
    nodeId: string,
    message: Extract<AttemptMessage, { type: 'result' }>,
  ): Promise<void> {
    const about = { nodeId, attempt: message.attempt };
    let output: TaskOutput | undefined;
    try {
      const loaded = await loadOutput(message.output, this.#blobs);
      if (loaded.kind === job.facts.kind && job.continues(loaded)) output = loaded;
    } catch (error) {
      this.#log.debug({ err: error, jobId: message.jobId, nodeId }, 'an output could not be read');
    }
    if (output === undefined) {
      this.#log.warn({ jobId: message.jobId, nodeId }, 'a node returned something that is no result');
      this.#apply(job, { type: 'failed', error: BAD_OUTPUT, retryable: true, ...about });
      this.#answerStale(nodeId, message);
      this.#pump();
      return;
    }
    if (this.#apply(job, { type: 'result', ...about }).stale) {
      if (!this.#isBeingWritten(job)) this.#answerStale(nodeId, message);
      return;
    }
    this.#pump();
    await this.#finish(job, nodeId, message, output);
  }

  async #finish(
    job: LiveJob,
    nodeId: string,
    message: Extract<AttemptMessage, { type: 'result' }>,
    output: TaskOutput,
  ): Promise<void> {
    const { id, buyerId, kind, modelDigest } = job.facts;
    const { promptTokens, completionTokens } = usageOf(output);
    const usage = {
      job_id: id,
      buyer_id: buyerId,
      node_id: nodeId,
      kind,
      model_digest: modelDigest,
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      run_ms: message.metrics.runMs,
      finished_at: new Date(this.#now()),
    };
    try {
      const counted = await persistently(() => this.#store.finish(message.output, message.attempt, usage));
      if (!counted) throw new Error('The job was over in the database already.');
      job.settleFinished(output);
      this.#tell(nodeId, { type: 'acknowledge', jobId: id, attempt: message.attempt });
      this.#forget(job);
    } catch (error) {
      this.#log.error({ err: error, jobId: id }, 'a result could not be written');
      const { code, message: text } = storeFailure(error);
      job.settleFailed('failed', { code, message: text, param: null });
      this.#forget(job);
      this.#reopen(job, nodeId);
    }
  }

  /** Nobody acknowledged the result, so the node brings it again; the job is ready to take it then. */
  #reopen(job: LiveJob, nodeId: string): void {
    if (this.#closing) return;
    const state = reopenedJobState(job.state, nodeId, this.#now(), this.#timings);
    const reopened = new LiveJob(job.facts, state, job.progress);
    this.#jobs.set(job.facts.id, reopened);
    this.#jobsOf(nodeId).add(reopened);
    this.#arm(reopened);
  }

  async #end(job: LiveJob, state: 'failed' | 'cancelled', error: StoredError): Promise<void> {
    try {
      await this.#store.end(job.facts.id, state, job.state.attempt, error, new Date(this.#now()));
    } catch (failure) {
      this.#log.error({ err: failure, jobId: job.facts.id }, 'the end of a job could not be written');
    } finally {
      job.settleFailed(state, error);
      this.#forget(job);
    }
  }

  /** About a job that is not under way here: over, or left unfinished by a failed write. */
  async #aboutUnknown(nodeId: string, message: AttemptMessage): Promise<void> {
    if (message.type === 'result') {
      const row = await this.#store.get(message.jobId);
      if (row !== undefined && row.finished_at === null && !this.#jobs.has(row.id)) {
        this.#revive(row);
        this.#aboutAttempt(nodeId, message);
        return;
      }
    }
    this.#answerStale(nodeId, message);
  }

  #answerStale(nodeId: string, { type, jobId, attempt }: AttemptMessage): void {
    switch (type) {
      case 'accept':
      case 'progress':
        this.#tell(nodeId, { type: 'cancel', jobId, attempt });
        break;
      case 'result':
      case 'failed':
      case 'preempted':
        this.#tell(nodeId, { type: 'acknowledge', jobId, attempt });
        break;
      case 'refuse':
        break;
    }
  }

  /** The result won and is being written: it is acknowledged when that is done, not before. */
  #isBeingWritten(job: LiveJob | undefined): boolean {
    return job?.state.phase.name === 'finished' && this.#jobs.has(job.facts.id);
  }

  #apply(job: LiveJob, event: JobEvent): Transition {
    const wasOver = isOver(job.state);
    const before = nodeOf(job.state);
    const transition = job.apply(event, this.#now(), this.#timings);
    if (transition.stale || wasOver) return transition;
    const after = nodeOf(job.state);
    if (before !== after) {
      if (before !== undefined) this.#byNode.get(before)?.delete(job);
      if (after !== undefined) this.#jobsOf(after).add(job);
    }
    const { phase } = job.state;
    if (phase.name === 'queued') this.#queued.add(job);
    else this.#queued.delete(job);
    this.#arm(job);
    if (phase.name === 'failed') this.#track(this.#end(job, 'failed', phase.error));
    else if (phase.name === 'cancelled') this.#track(this.#end(job, 'cancelled', CANCELLED));
    else if (phase.name !== 'finished') this.#writer.changed(job);
    return transition;
  }

  /** Offers what waits to who has room, oldest first. */
  #pump(): void {
    clearTimeout(this.#pumpTimer);
    if (this.#closing || this.#queued.size === 0) return;
    const now = this.#now();
    let nextTryAt = Number.POSITIVE_INFINITY;
    for (const job of [...this.#queued].sort(byAge)) {
      const candidates = this.#candidates();
      if (candidates.length === 0) return;
      const { kind, modelDigest } = job.facts;
      const node = chooseNode({ kind, modelDigest, avoidUntil: job.avoidUntil }, candidates, now);
      if (node !== undefined) {
        this.#offer(job, node.id);
        continue;
      }
      for (const until of job.avoidUntil.values()) if (until > now) nextTryAt = Math.min(nextTryAt, until);
    }
    if (nextTryAt < Number.POSITIVE_INFINITY) {
      this.#pumpTimer = setTimeout(() => this.#pump(), nextTryAt - now + 1);
    }
  }

  #candidates(): NodeCandidate[] {
    const candidates: NodeCandidate[] = [];
    for (const node of this.#registry.nodes()) {
      const candidate = { ...node, load: this.#byNode.get(node.id)?.size ?? 0 };
      if (hasRoom(candidate)) candidates.push(candidate);
    }
    return candidates;
  }

  #offer(job: LiveJob, nodeId: string): void {
    this.#apply(job, { type: 'offer', nodeId });
    const { kind, modelId, modelDigest, input } = job.facts;
    const { progress } = job;
    this.#tell(nodeId, {
      type: 'offer',
      ...job.attemptRef(),
      kind,
      model: { id: modelId, digest: modelDigest },
      input,
      ...(progress.tokens.length > 0 ? { resume: progress } : {}),
      answerWithinMs: this.#timings.answerWithinMs,
      leaseSeconds: this.#timings.leaseSeconds,
      wallSeconds: this.#timings.wallSeconds,
    });
  }

  /** A message that is lost is repaired by deadlines and leases, so nobody waits for it. */
  #tell(nodeId: string, message: DownMessage): void {
    this.#send(nodeId, message).catch((error: unknown) => {
      if (!this.#closing)
        this.#log.warn({ err: error, nodeId, type: message.type }, 'a message was not sent');
    });
  }

  #arm(job: LiveJob): void {
    const armed = this.#timers.get(job);
    const at = dueAt(job.state);
    if (at === undefined || this.#closing) {
      clearTimeout(armed?.timer);
      this.#timers.delete(job);
      return;
    }
    // A timer that is early asks again when it fires: cheaper than a new one for every renewal.
    if (armed !== undefined && armed.at <= at) return;
    clearTimeout(armed?.timer);
    const timer = setTimeout(
      () => {
        this.#timers.delete(job);
        this.#apply(job, { type: 'due' });
        this.#arm(job);
        this.#pump();
      },
      Math.max(0, at - this.#now()),
    );
    this.#timers.set(job, { timer, at });
  }

  async #attach(buyerId: string, key: string, requestHash: string): Promise<JobHandle> {
    const row = await this.#store.byIdempotencyKey(buyerId, key);
    if (row === undefined) throw new Error('A job vanished between two statements.');
    if (row.request_hash !== requestHash) {
      throw new GataError('conflict', 'This idempotency key was used for another request. Use a new one.', {
        param: 'Idempotency-Key',
      });
    }
    return this.#handleOf(row);
  }

  #handleOf(row: JobRow): JobHandle {
    const live = this.#jobs.get(row.id);
    if (live !== undefined) return live;
    return row.finished_at === null ? this.#revive(row) : new StoredJob(row, this.#blobs);
  }

  #revive(row: JobRow): LiveJob {
    const { attempt, failures, losses } = row;
    const job = new LiveJob(
      {
        id: row.id,
        buyerId: row.buyer_id,
        endpoint: row.endpoint,
        kind: row.kind,
        modelId: row.model_id,
        modelDigest: row.model_digest,
        input: inputPayload(row),
        createdAt: row.created_at,
      },
      recoveredJobState({ attempt, failures, losses, nodeId: row.node_id }, this.#now(), this.#timings),
      storedProgress(row),
    );
    this.#jobs.set(row.id, job);
    this.#arm(job);
    return job;
  }

  #forget(job: LiveJob): void {
    this.#jobs.delete(job.facts.id);
    this.#queued.delete(job);
    this.#track(this.#writer.forget(job));
  }

  #jobsOf(nodeId: string): Set<LiveJob> {
    let jobs = this.#byNode.get(nodeId);
    if (jobs === undefined) {
      jobs = new Set();
      this.#byNode.set(nodeId, jobs);
    }
    return jobs;
  }

  #limitBuyer(buyerId: string): void {
    let unfinished = 0;
    for (const job of this.#jobs.values()) if (job.facts.buyerId === buyerId) unfinished += 1;
    if (unfinished < UNFINISHED_PER_BUYER) return;
    throw new GataError(
      'rate-limited',
      `${UNFINISHED_PER_BUYER} of your jobs are unfinished. Wait for some to end before sending more.`,
    );
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#log.error({ err: error }, 'dispatch failed'))
      .finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

/** UUIDs of version 7 sort by time. */
function byAge(a: LiveJob, b: LiveJob): number {
  return a.facts.id < b.facts.id ? -1 : 1;
}

function hashRequest({ endpoint, model }: JobRequest, input: Uint8Array): string {
  return createHash('sha256').update(`${endpoint}\n${model.id}\n`).update(input).digest('hex');
}

/** A write that must not be lost to a moment's trouble, such as a database that restarts. */
async function persistently<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries === FINISH_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** tries));
    }
  }
}

const SHUTTING_DOWN: StoredError = {
  code: 'shutting-down',
  message: 'The gateway is shutting down. Ask again with the same idempotency key in a moment.',
  param: null,
};
const CANCELLED: StoredError = {
  code: 'cancelled',
  message: 'The buyer went away before the job was done.',
  param: null,
};
