import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { GataError } from '../../shared/gata-error.ts';
import type { TaskInput } from '../../shared/task.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { JobEndpoint, JobRow } from '../store/database-schema.ts';
import { storeInput } from '../store/job-payload.ts';
import { inputPayload, type JobStore, storedProgress } from '../store/job-store.ts';
import { storeFailure } from '../store/store-failure.ts';
import type { DispatchTimings } from './dispatch-timings.ts';
import type { JobBoard } from './job-board.ts';
import type { JobHandle } from './job-handle.ts';
import { newJobState, recoveredJobState } from './job-machine.ts';
import { LiveJob } from './live-job.ts';
import { StoredJob } from './stored-job.ts';

export interface JobRequest {
  readonly buyerId: string;
  readonly endpoint: JobEndpoint;
  readonly model: { readonly id: string; readonly digest: string };
  readonly input: TaskInput;
  readonly idempotencyKey: string | undefined;
}

export interface JobIntakeParts {
  readonly board: JobBoard;
  readonly store: JobStore;
  readonly blobs: BlobStore;
  readonly timings: DispatchTimings;
}

/** More unfinished jobs than this are refused, so that one buyer cannot fill the queue. */
const UNFINISHED_PER_BUYER = 1000;

/** Takes jobs from buyers, and back from the database. */
export class JobIntake {
  readonly #parts: JobIntakeParts;

  constructor(parts: JobIntakeParts) {
    this.#parts = parts;
  }

  /**
   * Stores the job; it waits for a node when this resolves.
   * @throws GataError `conflict` when the idempotency key was used for something else, `rate-limited`, `disk-full`.
   */
  async take(request: JobRequest): Promise<JobHandle> {
    const { board, store, blobs, timings } = this.#parts;
    this.#limit(request.buyerId);
    const { payload, encoded } = await storeInput(request.input, blobs);
    const requestHash = hashRequest(request, encoded);
    const now = board.now();
    const { buyerId, endpoint } = request;
    const facts = {
      id: uuidv7(),
      buyerId,
      endpoint,
      kind: request.input.kind,
      modelId: request.model.id,
      modelDigest: request.model.digest,
      input: payload,
      createdAt: new Date(now),
    };
    const job = new LiveJob(facts, newJobState(now, timings));
    // Known before it is stored: whoever finds the row by its key finds this job.
    board.announce(job);
    let isNew = false;
    try {
      isNew = await store.insert({
        id: facts.id,
        buyer_id: buyerId,
        endpoint,
        kind: facts.kind,
        model_id: facts.modelId,
        model_digest: facts.modelDigest,
        request_hash: requestHash,
        idempotency_key: request.idempotencyKey ?? null,
        input: payload,
        created_at: facts.createdAt,
      });
    } catch (error) {
      throw storeFailure(error);
    } finally {
      if (!isNew) board.remove(job);
    }
    if (!isNew) return await this.#attach(buyerId, request.idempotencyKey ?? '', requestHash);
    board.add(job);
    return job;
  }

  /** The job of a row: the live one, one made live again, or what the database has of it. */
  handleOf(row: JobRow): JobHandle {
    const live = this.#parts.board.get(row.id);
    if (live !== undefined) return live;
    return row.finished_at === null ? this.revive(row) : new StoredJob(row, this.#parts.blobs);
  }

  /** Takes up an unfinished job of the database; nodes get a moment to say that they have it. */
  revive(row: JobRow): LiveJob {
    const { board, timings } = this.#parts;
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
      recoveredJobState({ attempt, failures, losses, nodeId: row.node_id }, board.now(), timings),
      storedProgress(row),
    );
    board.add(job);
    return job;
  }

  async #attach(buyerId: string, key: string, requestHash: string): Promise<JobHandle> {
    const row = await this.#parts.store.byIdempotencyKey(buyerId, key);
    if (row === undefined) throw new Error('A job vanished between two statements.');
    if (row.request_hash !== requestHash) {
      throw new GataError('conflict', 'This idempotency key was used for another request. Use a new one.', {
        param: 'Idempotency-Key',
      });
    }
    return this.handleOf(row);
  }

  #limit(buyerId: string): void {
    let unfinished = 0;
    for (const job of this.#parts.board.all()) if (job.facts.buyerId === buyerId) unfinished += 1;
    if (unfinished < UNFINISHED_PER_BUYER) return;
    throw new GataError(
      'rate-limited',
      `${UNFINISHED_PER_BUYER} of your jobs are unfinished. Wait for some to end before sending more.`,
    );
  }
}

function hashRequest({ endpoint, model }: JobRequest, input: Uint8Array): string {
  return createHash('sha256').update(`${endpoint}\n${model.id}\n`).update(input).digest('hex');
}
