import type { JobAttempt } from '../../shared/job-protocol.ts';
import type { JobView } from '../../shared/local-api.ts';

/** By then the cards' readings go beyond the job's end, and what it drew is no estimate any more. */
const SETTLE_AFTER_MS = 3000;
/** Far more than wait for an acknowledgement at once. */
const JOBS_LIMIT = 256;

/** Joules that the attempt drew; null where that is not known. */
export type MeasureEnergy = () => number | null;

interface EndedJob {
  view: JobView;
  readonly measure: MeasureEnergy;
  readonly settling: NodeJS.Timeout;
}

/** Jobs that ended here lately, of which more becomes known: what the gateway credited, and exactly what they drew. */
export class EndedJobs implements Disposable {
  readonly #changed: (job: JobView) => void;
  /** By job id, oldest first. */
  readonly #jobs = new Map<string, EndedJob>();

  constructor(changed: (job: JobView) => void) {
    this.#changed = changed;
  }

  /**
   * @param earlierJoules what the job drew here in attempts before.
   * @returns the view with what the job drew, as far as that is known yet.
   */
  add(job: JobView, earlierJoules: number | null, measureAttempt: MeasureEnergy): JobView {
    this.#forget(job.id);
    const measure = () => {
      const joules = measureAttempt();
      return joules === null ? null : joules + (earlierJoules ?? 0);
    };
    const view = { ...job, energyJoules: measure() ?? earlierJoules };
    const settling = setTimeout(() => this.#settle(job.id), SETTLE_AFTER_MS);
    settling.unref();
    this.#jobs.set(job.id, { view, measure, settling });
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > JOBS_LIMIT && oldest !== undefined) this.#forget(oldest);
    return view;
  }

  /** The gateway told what a result earned; told again, it counts no more. */
  credit({ jobId, attempt }: JobAttempt, creditWei: string): void {
    const job = this.#jobs.get(jobId);
    if (job?.view.state !== 'finished' || job.view.attempt !== attempt || job.view.earnedWei === creditWei)
      return;
    this.#change(job, { earnedWei: creditWei });
  }

  /** The job comes back as another attempt. @returns joules that it drew in those that ended here. */
  resume(jobId: string): number | null {
    const job = this.#jobs.get(jobId);
    const energyJoules = job?.measure() ?? job?.view.energyJoules ?? null;
    this.#forget(jobId);
    return energyJoules;
  }

  [Symbol.dispose](): void {
    for (const id of [...this.#jobs.keys()]) this.#forget(id);
  }

  #settle(id: string): void {
    const job = this.#jobs.get(id);
    const energyJoules = job?.measure() ?? null;
    if (job === undefined || energyJoules === null || energyJoules === job.view.energyJoules) return;
    this.#change(job, { energyJoules });
  }

  #change(job: EndedJob, facts: Partial<Pick<JobView, 'energyJoules' | 'earnedWei'>>): void {
    job.view = { ...job.view, ...facts };
    this.#changed(job.view);
  }

  #forget(id: string): void {
    clearTimeout(this.#jobs.get(id)?.settling);
    this.#jobs.delete(id);
  }
}
