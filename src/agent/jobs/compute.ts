import type { ExecutionProvider } from '../../shared/execution-provider.ts';
import type { GpuSample } from '../../shared/gpu.ts';
import type {
  JobsPage,
  JobsQuery,
  JobView,
  NetworkState,
  QuarantinedModel,
  Totals,
} from '../../shared/local-api.ts';
import type { ComputeLimits, GpuUse } from './compute-limits.ts';
import type { QuarterTotals } from './job-totals.ts';

/** What one stop of all compute took. */
export interface HaltReport {
  /** Workers that were alive. */
  readonly workers: number;
  /** Jobs handed back. */
  readonly jobs: number;
  /** From the call to the last worker process being gone. */
  readonly tookMs: number;
}

export interface ComputeSnapshot {
  readonly currentJobs: readonly JobView[];
  readonly tokensPerSecond: number | null;
  readonly device: { readonly name: string; readonly provider: ExecutionProvider | null };
  readonly network: { readonly state: NetworkState; readonly nodeId: string; readonly detail: string | null };
  /** What our workers do on the cards that were chosen for them. */
  readonly gpuUse: readonly GpuUse[];
  /** Set while workers crash again and again and compute backs off; in words. */
  readonly fault: string | null;
  /** Models that are not run because they broke workers, newest first. */
  readonly quarantinedModels: readonly QuarantinedModel[];
}

export interface ComputeEvents {
  /** A job was accepted or changed. */
  job: [JobView];
  /** The snapshot changed. */
  change: [];
}

/**
 * Everything that takes jobs and runs them: the gateway session, the job client and the worker pool.
 * The policy alone decides when it may; it starts halted.
 */
export interface Compute extends AsyncDisposable {
  /** Connects to the gateway and stays connected; resolves at once, the snapshot tells how it goes. */
  connect(): void;
  /** Lets jobs be accepted and workers be started. */
  resume(): void;
  /**
   * Kills every worker, refuses offers and hands the jobs back with what was generated. Resolves when the
   * worker processes are gone; handing back does not delay it.
   */
  halt(): Promise<HaltReport>;
  /**
   * The cards to keep to, and their pace, from now on. Workers on other cards are killed, and their jobs handed
   * back.
   */
  limit(limits: ComputeLimits): void;
  /** Kills the workers that hold more of a card's memory than a worker may. */
  checkMemory(samples: readonly GpuSample[]): void;
  /** Kills the workers of a model that may no longer run, and hands its jobs back. */
  dropModel(digest: string): void;
  /** Takes a model out of quarantine. @returns whether it was there. */
  retryModel(digest: string): boolean;
  snapshot(): ComputeSnapshot;
  /** Jobs of this node, newest first, those of earlier runs of the agent included. */
  jobs(query: JobsQuery): JobsPage;
  job(id: string): JobView | undefined;
  totalsSince(since: Date): Totals;
  /** The same by quarter of an hour, in no order; at most 32 days back. */
  quartersSince(since: Date): readonly QuarterTotals[];
  on<Name extends keyof ComputeEvents>(name: Name, listener: (...event: ComputeEvents[Name]) => void): void;
  off<Name extends keyof ComputeEvents>(name: Name, listener: (...event: ComputeEvents[Name]) => void): void;
}
