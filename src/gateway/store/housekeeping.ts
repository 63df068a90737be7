import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { BlobStore } from './blob-store.ts';
import type { JobStore } from './job-store.ts';

const EVERY_MS = 60 * 60 * 1000;
/** A blob that no job names yet may belong to a result that is on its way. */
const UNNAMED_BLOB_KEPT_MS = 60 * 60 * 1000;
/** How long buyers can come for a result. */
const PAYLOADS_KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Keeps the disk from filling with what nobody needs any more, at the start and every hour. */
export class Housekeeping implements AsyncDisposable {
  readonly #jobs: JobStore;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void>;

  constructor(jobs: JobStore, blobs: BlobStore, clock: Clock, log: Logger) {
    this.#jobs = jobs;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#log = log;
    this.#round = this.#clean();
    this.#timer = setInterval(() => {
      this.#round = this.#clean();
    }, EVERY_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  async #clean(): Promise<void> {
    try {
      const now = this.#clock.now();
      await this.#jobs.dropPayloads(new Date(now.getTime() - PAYLOADS_KEPT_MS));
      const named = await this.#jobs.namedBlobs();
      const removed = await this.#blobs.sweep((sha256) => named.has(sha256), UNNAMED_BLOB_KEPT_MS, now);
      if (removed > 0) this.#log.info({ removed }, 'removed blobs that no job names');
    } catch (error) {
      this.#log.warn({ err: error }, 'housekeeping failed; it is tried again in an hour');
    }
  }
}
