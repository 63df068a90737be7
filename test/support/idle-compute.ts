import { EventEmitter } from 'node:events';
import type { Compute, ComputeEvents, ComputeSnapshot, HaltReport } from '../../src/agent/jobs/compute.ts';
import { type ComputeLimits, NO_LIMITS } from '../../src/agent/jobs/compute-limits.ts';
import type { QuarterTotals } from '../../src/agent/jobs/job-totals.ts';
import type { JobsPage, JobsQuery, JobView, Totals } from '../../src/shared/local-api.ts';

/** Compute without workers or network, for tests of what steers and shows it. */
export class IdleCompute extends EventEmitter<ComputeEvents> implements Compute {
  /** What was asked of it, in order. */
  readonly calls: ('resume' | 'halt')[] = [];
  readonly known: JobView[] = [];
  /** When set, a halt resolves with it. */
  nextHalt: Promise<HaltReport> | undefined;
  disposed = false;
  #snapshot: ComputeSnapshot = {
    currentJobs: [],
    tokensPerSecond: null,
    device: { name: 'Test processor', provider: null },
    network: { state: 'connecting', nodeId: `0x${'ab'.repeat(20)}`, detail: null },
    gpuUse: [],
    fault: null,
    quarantinedModels: [],
  };

  get running(): boolean {
    return this.calls.at(-1) === 'resume';
  }

  limits: ComputeLimits = NO_LIMITS;

  connect(): void {}

  limit(limits: ComputeLimits): void {
    this.limits = limits;
  }

  resume(): void {
    this.calls.push('resume');
  }

  halt(): Promise<HaltReport> {
    this.calls.push('halt');
    return this.nextHalt ?? Promise.resolve({ workers: 0, jobs: 0, tookMs: 0 });
  }

  checkMemory(): void {}

  dropModel(): void {}

  retryModel(digest: string): boolean {
    const { quarantinedModels } = this.#snapshot;
    const rest = quarantinedModels.filter((model) => model.digest !== digest);
    if (rest.length === quarantinedModels.length) return false;
    this.show({ quarantinedModels: rest });
    return true;
  }

  snapshot(): ComputeSnapshot {
    return this.#snapshot;
  }

  /** Changes what the snapshot shows. */
  show(changed: Partial<ComputeSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changed };
    this.emit('change');
  }

  /** Adds a job, or changes the one with its id. */
  note(job: JobView): void {
    const index = this.known.findIndex((known) => known.id === job.id);
    if (index === -1) this.known.unshift(job);
    else this.known[index] = job;
    this.emit('job', job);
  }

  jobs(query: JobsQuery): JobsPage {
    const wanted = this.known.filter((job) => query.state === undefined || job.state === query.state);
    return { jobs: wanted.slice(0, query.limit), more: wanted.length > query.limit };
  }

  job(id: string): JobView | undefined {
    return this.known.find((job) => job.id === id);
  }

  totalsSince(): Totals {
    return { finished: 0, failed: 0, preempted: 0, tokens: 0, energyJoules: 0, earnedWei: '0', byKind: {} };
  }

  quartersSince(): QuarterTotals[] {
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
  }
}
