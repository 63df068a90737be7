import type { Status } from '../../src/shared/local-api.ts';
import type { TaskKind } from '../../src/shared/task.ts';
import type { DemoTransaction } from './demo-wallet.ts';

export interface FinishedJob {
  readonly kind: TaskKind;
  readonly tokens: number;
  /** As its buyer felt it; with a real network, from acceptance to the end. */
  readonly latencyMs: number;
}

export interface Summary {
  readonly jobs: number;
  readonly jobsByKind: Partial<Record<TaskKind, number>>;
  readonly tokens: number;
  /** Tokens of the text jobs over the time those took. */
  readonly tokensPerSecond: number;
  readonly sandbox: string;
  readonly executionProvider: string | null;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** What was earned was claimed and staked, on the embedded chain; null on another network. */
  readonly wallet: { readonly claim: DemoTransaction; readonly stake: DemoTransaction } | null;
}

export const ONCE_JOBS = 20;
export const ONCE_KINDS = 3;

/** `--once` ends when this holds. */
export function isEnough(jobs: readonly FinishedJob[]): boolean {
  return jobs.length >= ONCE_JOBS && new Set(jobs.map((job) => job.kind)).size >= ONCE_KINDS;
}

export function summarize(
  jobs: readonly FinishedJob[],
  status: Status,
  wallet: Summary['wallet'] = null,
): Summary {
  const jobsByKind: Partial<Record<TaskKind, number>> = {};
  for (const job of jobs) jobsByKind[job.kind] = (jobsByKind[job.kind] ?? 0) + 1;
  const textJobs = jobs.filter((job) => job.kind === 'text.generate');
  const latencies = jobs.map((job) => job.latencyMs);
  return {
    jobs: jobs.length,
    jobsByKind,
    tokens: sum(jobs.map((job) => job.tokens)),
    tokensPerSecond: rounded(
      (1000 * sum(textJobs.map((job) => job.tokens))) / sum(textJobs.map((job) => job.latencyMs)),
    ),
    sandbox: status.sandbox.mechanism,
    executionProvider: status.device.provider,
    latencyMs: { p50: rounded(percentile(latencies, 0.5)), p99: rounded(percentile(latencies, 0.99)) },
    wallet,
  };
}

/** The smallest value that at least `share` (0 to 1) of the values do not exceed; NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
