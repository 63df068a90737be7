import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { decodeMessage, encodeMessage } from '../../shared/frame-codec.ts';
import { GataError } from '../../shared/gata-error.ts';
import {
  BLOB_BYTES_LIMIT,
  type DownMessage,
  INLINE_PAYLOAD_BYTES,
  type JobAttempt,
  MESSAGE_BYTES_LIMIT,
  type NodeReceipt,
  type Offer,
  type Payload,
  type RefusalReason,
  type UpMessage,
} from '../../shared/job-protocol.ts';
import type { JobView } from '../../shared/local-api.ts';
import { type GenerationChunk, type TaskInput, type TaskOutput, taskInputSchema } from '../../shared/task.ts';
import type { ReceiptDesk } from '../receipts/receipt-desk.ts';
import { EndedJobs } from './ended-jobs.ts';
import type { GatewayHttp } from './gateway-http.ts';
import { HeldJob } from './held-job.ts';
import { inputBytesLimit, wallSecondsOf } from './job-bounds.ts';
import { Outbox } from './outbox.ts';
import { isRetryable } from './retryable-codes.ts';
import { TokenRate } from './token-rate.ts';
import type { WorkerPool, WorkerResult } from './worker-pool.ts';

/** One job runs, one waits, so that the next starts without asking the gateway. */
export const CAPACITY = 2;
/** How often a running generation is shown. */
const SHOW_EVERY_MS = 500;
const ERROR_MESSAGE_LIMIT = 2000;
const STUCK_MS = 30_000;
/** What a message needs besides its payload. */
const ENVELOPE_BYTES = 1024;

export interface JobClientOptions {
  readonly pool: WorkerPool;
  readonly http: GatewayHttp;
  /** Sends a message, which may get lost. @returns false when there is no connection. */
  readonly send: (message: UpMessage) => boolean;
  /** The model broke workers here, so offers of it are refused. */
  readonly isQuarantined: (digest: string) => boolean;
  /** Tokens that this node generated for a job in an attempt that it handed back. */
  readonly earlierTokens: (jobId: string) => number;
  /** What a card drew in a span (milliseconds since the epoch), in joules; null where that is not known. */
  readonly energyOf: (gpuUuid: string, startMs: number, endMs: number) => number | null;
  /** Signs what was done; absent: nothing is signed. */
  readonly receipts?: Pick<ReceiptDesk, 'sign' | 'acknowledged'> | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface JobClientEvents {
  job: [JobView];
}

/** Takes offers and sees the jobs through: one at a time, the next one prepared meanwhile. Starts paused. */
export class JobClient extends EventEmitter<JobClientEvents> implements Disposable {
  readonly #options: JobClientOptions;
  readonly #outbox: Outbox;
  readonly #rate = new TokenRate();
  readonly #ended = new EndedJobs((job) => this.emit('job', job));
  /** By job id, in the order of acceptance. */
  readonly #held = new Map<string, HeldJob>();
  readonly #timers = new Map<HeldJob, NodeJS.Timeout[]>();
  #running: HeldJob | undefined;
  #refusal: RefusalReason | undefined = 'paused';
  #shownMs = 0;

  constructor(options: JobClientOptions) {
    super();
    this.#options = options;
    this.#outbox = new Outbox({ send: options.send, logger: options.logger });
  }

  get currentJobs(): JobView[] {
    return [...this.#held.values()].filter((job) => job.phase !== 'delivering').map((job) => job.view);
  }

  get tokensPerSecond(): number | null {
    return this.#rate.value;
  }

  /** Every attempt whose end the gateway has not confirmed. */
  get heldAttempts(): JobAttempt[] {
    return [...[...this.#held.values()].map((job) => job.attempt), ...this.#outbox.attempts()];
  }

  /** Takes offers from now on. */
  resume(): void {
    this.#refusal = undefined;
  }

  /** Refuses offers from now on and hands back the jobs whose runs are not over. @returns how many. */
  handBackAll(refusal: RefusalReason): number {
    this.#refusal = refusal;
    const jobs = [...this.#held.values()].filter((job) => job.phase !== 'delivering');
    for (const job of jobs) this.#handBack(job);
    return jobs.length;
  }

  /** The model is not run here any more: its jobs that wait are handed back. */
  handBackModel(digest: string): void {
    for (const job of [...this.#held.values()]) {
      if (job.phase === 'waiting' && job.offer.model.digest === digest) this.#handBack(job);
    }
  }

  receive(message: DownMessage): void {
    switch (message.type) {
      case 'offer':
        this.#offered(message);
        return;
      case 'cancel':
        this.#cancelled(message);
        return;
      case 'acknowledge':
        this.#outbox.acknowledge(message);
        this.#options.receipts?.acknowledged(message);
        if (message.creditWei !== undefined) this.#ended.credit(message, message.creditWei);
        return;
    }
  }

  /** After a new connection: repeats what may have got lost with the old one. */
  reconnected(): void {
    for (const job of this.#held.values()) this.#reportProgress(job, job.wholeChunk);
    this.#outbox.resendAll();
  }

  [Symbol.dispose](): void {
    for (const job of this.#held.values()) this.#end(job, job.ended(this.#now(), 'preempted'));
    this.#ended[Symbol.dispose]();
    this.#outbox[Symbol.dispose]();
  }

  #offered(offer: Offer): void {
    const { jobId, attempt } = offer;
    const held = this.#held.get(jobId);
    if (this.#outbox.has(offer)) {
      this.#outbox.resend(offer);
      return;
    }
    if (held !== undefined && held.offer.attempt >= attempt) {
      // The answer to the same offer got lost; an older attempt is over.
      if (held.offer.attempt === attempt) this.#options.send({ type: 'accept', jobId, attempt });
      return;
    }
    if (held !== undefined) this.#drop(held);
    const reason = this.#reasonToRefuse(offer);
    if (reason !== undefined) {
      this.#options.send({ type: 'refuse', jobId, attempt, reason });
      return;
    }
    this.#options.send({ type: 'accept', jobId, attempt });
    const claim = this.#options.pool.claim(offer.model.digest);
    const earlier = {
      tokens: this.#options.earlierTokens(jobId),
      energyJoules: this.#ended.resume(jobId),
    };
    const job = new HeldJob(offer, claim, this.#now(), earlier);
    this.#held.set(jobId, job);
    const renewEveryMs = (offer.leaseSeconds * 1000) / 3;
    this.#timers.set(job, [setInterval(() => this.#renewLease(job, renewEveryMs), renewEveryMs)]);
    this.emit('job', job.view);
    void this.#prepare(job);
  }

  #reasonToRefuse({ model }: Offer): RefusalReason | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    if (this.#options.isQuarantined(model.digest)) return 'model-quarantined';
    return this.#load() >= CAPACITY ? 'busy' : undefined;
  }

  async #prepare(job: HeldJob): Promise<void> {
    try {
      const [input] = await Promise.all([this.#readInput(job), job.claim.ready]);
      job.input = input;
      this.#startNext();
    } catch (error) {
      this.#failed(job, error);
    }
  }

  async #readInput(job: HeldJob): Promise<TaskInput> {
    const { offer, controller } = job;
    const { input } = offer;
    job.inputBytes = 'inline' in input ? input.inline.byteLength : input.bytes;
    const limit = inputBytesLimit(offer.kind);
    if (job.inputBytes > limit) {
      const most = `${limit / 1024 ** 2} MiB`;
      throw new GataError('payload-too-large', `An input of ${offer.kind} may have ${most} here. Send less.`);
    }
    const bytes =
      'inline' in input
        ? input.inline
        : await this.#options.http.readBlob(input.blob, input.bytes, controller.signal);
    let data: unknown;
    try {
      data = decodeMessage(bytes);
    } catch (error) {
      throw new GataError('invalid-request', "The job's input is not MessagePack.", { cause: error });
    }
    const parsed = taskInputSchema.safeParse(data);
    if (!parsed.success || parsed.data.kind !== offer.kind) {
      throw new GataError('invalid-request', `The job's input is not one of ${offer.kind}.`, {
        cause: parsed.error,
      });
    }
    return parsed.data;
  }

  /** The first job that needs nothing more; one that still fetches its model does not hold up the next. */
  #startNext(): void {
    if (this.#running !== undefined) return;
    for (const job of this.#held.values()) {
      if (job.phase !== 'waiting' || job.input === undefined) continue;
      void this.#run(job, job.input);
      return;
    }
  }

  async #run(job: HeldJob, input: TaskInput): Promise<void> {
    this.#running = job;
    if (job.offer.kind === 'text.generate') this.#rate.begin();
    job.wallSeconds = wallSecondsOf(job.offer.wallSeconds, input, job.inputBytes);
    const timeout = setTimeout(() => this.#timedOut(job), job.wallSeconds * 1000);
    this.#timers.get(job)?.push(timeout);
    job.started(this.#now());
    try {
      const running = job.claim.run({
        input,
        resume: job.offer.resume,
        onChunk: (chunk) => this.#generated(job, chunk),
      });
      // After the worker has its work: nobody waits for the screen.
      this.emit('job', job.view);
      this.#finished(job, await running);
    } catch (error) {
      this.#failed(job, error);
    }
  }

  #generated(job: HeldJob, chunk: GenerationChunk): void {
    if (!this.#isHeld(job)) return;
    this.#reportProgress(job, chunk);
    const nowMs = performance.now();
    this.#rate.add(job.append(chunk), nowMs);
    if (nowMs - this.#shownMs < SHOW_EVERY_MS) return;
    this.#shownMs = nowMs;
    this.emit('job', job.refresh());
  }

  #finished(job: HeldJob, { output, runMs, provider }: WorkerResult): void {
    if (!this.#isHeld(job)) return;
    job.ranUntil = this.#now();
    const bytes = encodeMessage(output);
    const queuedMs = (job.startedMs ?? job.acceptedMs) - job.acceptedMs;
    const metrics = { provider, runMs, queuedMs };
    const deliver = (payload: Payload) => {
      const receipt = this.#receiptOf(job, output, payload);
      this.#outbox.add({ type: 'result', ...job.attempt, output: payload, metrics, ...receipt });
      this.#end(job, job.finished(this.#now(), output, runMs, provider));
    };
    if (bytes.byteLength <= INLINE_PAYLOAD_BYTES) {
      deliver({ inline: bytes });
    } else {
      job.phase = 'delivering';
      this.#yieldTurn(job);
      this.#deliverBlob(job, bytes, deliver).catch((error: unknown) => this.#failed(job, error));
    }
    this.#startNext();
  }

  #receiptOf(job: HeldJob, output: TaskOutput, payload: Payload): { receipt?: NodeReceipt } {
    const finishedAtMs = (job.ranUntil ?? this.#now()).getTime();
    const startedAtMs = Date.parse(job.view.startedAt ?? job.view.acceptedAt);
    const { offer } = job;
    const receipt = this.#options.receipts?.sign({ offer, output, payload, startedAtMs, finishedAtMs });
    return receipt === undefined ? {} : { receipt };
  }

  async #deliverBlob(
    job: HeldJob,
    bytes: Uint8Array<ArrayBuffer>,
    deliver: (payload: Payload) => void,
  ): Promise<void> {
    if (bytes.byteLength > BLOB_BYTES_LIMIT) {
      throw new GataError('payload-too-large', 'The output is larger than 64 MiB. Ask for fewer outputs.');
    }
    const blob = await this.#options.http.writeBlob(bytes, job.controller.signal);
    if (this.#isHeld(job)) deliver({ blob, bytes: bytes.byteLength });
  }

  #handBack(job: HeldJob): void {
    this.#end(job, job.ended(this.#now(), 'preempted'));
    this.#outbox.add(preemptedMessage(job));
  }

  #failed(job: HeldJob, thrown: unknown): void {
    if (!this.#isHeld(job)) return;
    if (job.claim.preempted && !job.timedOut) {
      this.#handBack(job);
      this.#startNext();
      return;
    }
    const error = job.timedOut ? timeoutError(job.wallSeconds) : GataError.from(thrown);
    const { jobId, attempt } = job.attempt;
    this.#options.logger.warn({ jobId, attempt, code: error.code, err: error.cause }, 'A job failed.');
    this.#outbox.add({
      type: 'failed',
      jobId,
      attempt,
      error: { code: error.code, message: error.message.slice(0, ERROR_MESSAGE_LIMIT), param: error.param },
      retryable: isRetryable(error.code),
    });
    this.#end(job, job.ended(this.#now(), 'failed', error));
    this.#startNext();
  }

  #timedOut(job: HeldJob): void {
    if (!this.#isHeld(job) || job.phase !== 'running') return;
    job.timedOut = true;
    const silentMs = performance.now() - job.toldMs;
    // One that talked until now is slow, or was asked for too much; one that did not is stuck in native code.
    if (silentMs >= Math.min(STUCK_MS, (job.wallSeconds * 1000) / 2)) job.claim.killStuck(silentMs);
    else job.claim.kill();
  }

  #cancelled({ jobId, attempt }: JobAttempt): void {
    this.#outbox.acknowledge({ jobId, attempt });
    const job = this.#held.get(jobId);
    if (job?.offer.attempt === attempt) this.#drop(job);
  }

  /** Ends a job that the gateway no longer wants from us. */
  #drop(job: HeldJob): void {
    // A run cannot be stopped but with its worker.
    if (job.phase === 'running') job.claim.kill();
    this.#end(job, job.ended(this.#now(), 'cancelled'));
    this.#startNext();
  }

  /** The job is over here: everything it held is let go. */
  #end(job: HeldJob, view: JobView): void {
    this.#held.delete(job.offer.jobId);
    this.#yieldTurn(job);
    job.controller.abort();
    job.claim.release();
    for (const timer of this.#timers.get(job) ?? []) clearTimeout(timer);
    this.#timers.delete(job);
    const { gpuUuid } = job.claim;
    const measure = () => this.#energyOf(view, gpuUuid, job.ranUntil);
    this.emit('job', this.#ended.add(view, job.earlierEnergyJoules, measure));
  }

  /** What runs on the processor draws nothing that a card could tell. */
  #energyOf(view: JobView, gpuUuid: string | null, ranUntil: Date | undefined): number | null {
    const { startedAt, endedAt, provider } = view;
    if (gpuUuid === null || startedAt === null || endedAt === null || provider === 'cpu') return null;
    // While an output is delivered, the next job draws.
    const untilMs = ranUntil?.getTime() ?? Date.parse(endedAt);
    return this.#options.energyOf(gpuUuid, Date.parse(startedAt), untilMs);
  }

  #yieldTurn(job: HeldJob): void {
    if (this.#running === job) this.#running = undefined;
  }

  #renewLease(job: HeldJob, everyMs: number): void {
    // A piece of the generation renewed it just now.
    if (performance.now() - job.heardMs < everyMs / 2) return;
    this.#reportProgress(job, undefined);
  }

  #reportProgress(job: HeldJob, chunk: GenerationChunk | undefined): void {
    const { jobId, attempt } = job.offer;
    const message: UpMessage =
      chunk === undefined
        ? { type: 'progress', jobId, attempt }
        : { type: 'progress', jobId, attempt, chunk };
    if (this.#options.send(message)) job.heardMs = performance.now();
  }

  #load(): number {
    let load = 0;
    for (const job of this.#held.values()) if (job.phase !== 'delivering') load += 1;
    return load;
  }

  #isHeld(job: HeldJob): boolean {
    return this.#held.get(job.offer.jobId) === job;
  }

  #now(): Date {
    return this.#options.clock.now();
  }
}

function preemptedMessage(job: HeldJob): Extract<UpMessage, { type: 'preempted' }> {
  const { progress } = job;
  const message = { type: 'preempted' as const, ...job.attempt };
  if (progress === undefined) return message;
  const whole = { ...message, progress };
  // The pieces went out one by one already; too large a whole is left out.
  return encodeMessage(whole).byteLength <= MESSAGE_BYTES_LIMIT - ENVELOPE_BYTES ? whole : message;
}

function timeoutError(wallSeconds: number): GataError {
  return new GataError(
    'job-timeout',
    `The job ran longer than ${wallSeconds} s. Ask for less in one request.`,
  );
}
