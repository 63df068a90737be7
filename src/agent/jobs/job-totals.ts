import { z } from 'zod';
import { type JobView, type Totals, totalsSchema } from '../../shared/local-api.ts';
import { TASK_KINDS } from '../../shared/task.ts';

const QUARTER_MS = 15 * 60_000;

export const quarterTotalsSchema = z.object({ startMs: z.int().nonnegative(), totals: totalsSchema });
export type QuarterTotals = z.infer<typeof quarterTotalsSchema>;

/**
 * Totals by quarter of an hour, in which every time zone's midnight falls, so that a day's totals are exact
 * however many jobs it had.
 */
export class JobTotals {
  readonly #quarters = new Map<number, Totals>();

  add(job: JobView): void {
    this.#count(job, 1);
  }

  /** Takes back a job that was added; one whose quarter is forgotten stays forgotten. */
  subtract(job: JobView): void {
    if (job.endedAt !== null && this.#quarters.has(quarterOf(Date.parse(job.endedAt)))) this.#count(job, -1);
  }

  addQuarter({ startMs, totals }: QuarterTotals): void {
    this.#quarters.set(startMs, sum(this.#quarters.get(startMs) ?? noTotals(), totals));
  }

  /** Of the jobs that ended in or after the quarter of an hour of `since`. */
  since(since: Date): Totals {
    return this.quartersSince(since).reduce((total, { totals }) => sum(total, totals), noTotals());
  }

  /** From the quarter of an hour of `since` on, in no order. */
  quartersSince(since: Date): QuarterTotals[] {
    const from = quarterOf(since.getTime());
    const quarters: QuarterTotals[] = [];
    for (const [startMs, totals] of this.#quarters) if (startMs >= from) quarters.push({ startMs, totals });
    return quarters;
  }

  /** Forgets the quarters that ended before a time. */
  forgetBefore(time: Date): void {
    for (const startMs of this.#quarters.keys()) {
      if (startMs + QUARTER_MS <= time.getTime()) this.#quarters.delete(startMs);
    }
  }

  /** How many quarters of an hour have totals. */
  get size(): number {
    return this.#quarters.size;
  }

  quarters(): QuarterTotals[] {
    return [...this.#quarters].map(([startMs, totals]) => ({ startMs, totals }));
  }

  #count(job: JobView, sign: 1 | -1): void {
    const { state } = job;
    if (job.endedAt === null) return;
    const startMs = quarterOf(Date.parse(job.endedAt));
    const totals = this.#quarters.get(startMs) ?? noTotals();
    const finished = state === 'finished';
    this.#quarters.set(startMs, {
      finished: totals.finished + (finished ? sign : 0),
      failed: totals.failed + (state === 'failed' ? sign : 0),
      preempted: totals.preempted + (state === 'preempted' ? sign : 0),
      tokens: totals.tokens + sign * job.tokens,
      energyJoules: Math.max(0, totals.energyJoules + sign * (job.energyJoules ?? 0)),
      earnedWei: String(BigInt(totals.earnedWei) + BigInt(sign) * BigInt(job.earnedWei ?? 0)),
      byKind: finished
        ? { ...totals.byKind, [job.kind]: (totals.byKind[job.kind] ?? 0) + sign }
        : totals.byKind,
    });
  }
}

function quarterOf(timeMs: number): number {
  return Math.floor(timeMs / QUARTER_MS) * QUARTER_MS;
}

function noTotals(): Totals {
  return { finished: 0, failed: 0, preempted: 0, tokens: 0, energyJoules: 0, earnedWei: '0', byKind: {} };
}

function sum(a: Totals, b: Totals): Totals {
  const byKind = { ...a.byKind };
  for (const kind of TASK_KINDS) {
    const count = b.byKind[kind];
    if (count !== undefined) byKind[kind] = (byKind[kind] ?? 0) + count;
  }
  return {
    finished: a.finished + b.finished,
    failed: a.failed + b.failed,
    preempted: a.preempted + b.preempted,
    tokens: a.tokens + b.tokens,
    energyJoules: a.energyJoules + b.energyJoules,
    earnedWei: String(BigInt(a.earnedWei) + BigInt(b.earnedWei)),
    byKind,
  };
}
