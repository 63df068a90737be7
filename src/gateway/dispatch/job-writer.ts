import type { Logger } from 'pino';
import type { JobStore } from '../store/job-store.ts';
import { isOver } from './job-machine.ts';
import type { LiveJob } from './live-job.ts';

/**
 * Writes where unfinished jobs stand, off the critical path: at most one write per job is under way, a later
 * state replaces an unwritten earlier one, and a job that is over before its turn is not written at all.
 * What a crash loses of it, the nodes' own word about what they hold repairs.
 */
export class JobWriter implements AsyncDisposable {
  readonly #store: JobStore;
  readonly #everyMs: number;
  readonly #log: Logger;
  readonly #timers = new Map<LiveJob, NodeJS.Timeout>();
  readonly #writes = new Map<LiveJob, Promise<void>>();

  constructor(store: JobStore, everyMs: number, log: Logger) {
    this.#store = store;
    this.#everyMs = everyMs;
    this.#log = log;
  }

  changed(job: LiveJob): void {
    if (this.#timers.has(job)) return;
    this.#timers.set(
      job,
      setTimeout(() => this.#write(job), this.#everyMs),
    );
  }

  /** Drops what is unwritten; resolves when the write under way is done. */
  async forget(job: LiveJob): Promise<void> {
    clearTimeout(this.#timers.get(job));
    this.#timers.delete(job);
    await this.#writes.get(job);
  }

  /** Writes everything that is unwritten. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const job of [...this.#timers.keys()]) {
      clearTimeout(this.#timers.get(job));
      this.#write(job);
    }
    await Promise.all(this.#writes.values());
  }

  #write(job: LiveJob): void {
    const before = this.#writes.get(job) ?? Promise.resolve();
    const write = before.then(async () => {
      this.#timers.delete(job);
      try {
        // Its end is written by itself.
        if (isOver(job.state)) return;
        await this.#store.saveSnapshot(job.facts.id, job.snapshot());
      } catch (error) {
        this.#log.error({ err: error, jobId: job.facts.id }, 'where a job stands could not be written');
      } finally {
        if (this.#writes.get(job) === write) this.#writes.delete(job);
      }
    });
    this.#writes.set(job, write);
  }
}
