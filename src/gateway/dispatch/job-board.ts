import type { Clock } from '../../shared/clock.ts';
import type { DispatchTimings } from './dispatch-timings.ts';
import { dueAt, isOver, type JobEvent, nodeOf, type Transition } from './job-machine.ts';
import type { JobWriter } from './job-writer.ts';
import type { LiveJob } from './live-job.ts';

export interface JobBoardParts {
  readonly timings: DispatchTimings;
  readonly clock: Clock;
  readonly writer: JobWriter;
  /** The job failed or was cancelled; called once per job. */
  readonly onEnded: (job: LiveJob) => void;
  /** A deadline passed and may have moved a job. */
  readonly onDeadline: () => void;
}

/** The unfinished jobs of this process: by id, by node, those that wait, and when each is due. */
export class JobBoard implements Disposable {
  readonly #parts: JobBoardParts;
  readonly #jobs = new Map<string, LiveJob>();
  readonly #queued = new Set<LiveJob>();
  readonly #byNode = new Map<string, Set<LiveJob>>();
  readonly #timers = new Map<LiveJob, { readonly timer: NodeJS.Timeout; readonly at: number }>();
  #isClosed = false;

  constructor(parts: JobBoardParts) {
    this.#parts = parts;
  }

  now(): number {
    return this.#parts.clock.now().getTime();
  }

  get(id: string): LiveJob | undefined {
    return this.#jobs.get(id);
  }

  all(): IterableIterator<LiveJob> {
    return this.#jobs.values();
  }

  /** Those that wait for a node, oldest first: ids are UUIDs of version 7, which sort by time. */
  queued(): LiveJob[] {
    return [...this.#queued].sort((a, b) => (a.facts.id < b.facts.id ? -1 : 1));
  }

  /** Those offered to a node or running on it. */
  jobsOf(nodeId: string): LiveJob[] {
    return [...(this.#byNode.get(nodeId) ?? [])];
  }

  loadOf(nodeId: string): number {
    return this.#byNode.get(nodeId)?.size ?? 0;
  }

  /** The result won and is being written: it is acknowledged when that is done, not before. */
  isBeingWritten(job: LiveJob | undefined): boolean {
    return job?.state.phase.name === 'finished' && this.#jobs.has(job.facts.id);
  }

  /** Makes a job known by its id without letting it move yet. */
  announce(job: LiveJob): void {
    this.#jobs.set(job.facts.id, job);
  }

  add(job: LiveJob): void {
    this.announce(job);
    this.#place(job, undefined);
  }

  remove(job: LiveJob): void {
    // Another one may have taken its place.
    if (this.#jobs.get(job.facts.id) === job) this.#jobs.delete(job.facts.id);
    this.#queued.delete(job);
    this.#disarm(job);
  }

  apply(job: LiveJob, event: JobEvent): Transition {
    const { timings, writer, onEnded } = this.#parts;
    const wasOver = isOver(job.state);
    const before = nodeOf(job.state);
    const transition = job.apply(event, this.now(), timings);
    if (transition.stale || wasOver) return transition;
    this.#place(job, before);
    const { phase } = job.state;
    if (phase.name === 'failed' || phase.name === 'cancelled') onEnded(job);
    else if (phase.name !== 'finished') writer.changed(job);
    return transition;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #place(job: LiveJob, before: string | undefined): void {
    const after = nodeOf(job.state);
    if (before !== after) {
      if (before !== undefined) this.#byNode.get(before)?.delete(job);
      if (after !== undefined) this.#nodeSet(after).add(job);
    }
    if (job.state.phase.name === 'queued') this.#queued.add(job);
    else this.#queued.delete(job);
    this.#arm(job);
  }

  #nodeSet(nodeId: string): Set<LiveJob> {
    let jobs = this.#byNode.get(nodeId);
    if (jobs === undefined) {
      jobs = new Set();
      this.#byNode.set(nodeId, jobs);
    }
    return jobs;
  }

  #arm(job: LiveJob): void {
    const at = dueAt(job.state);
    if (at === undefined || this.#isClosed) {
      this.#disarm(job);
      return;
    }
    const armed = this.#timers.get(job);
    // A timer that is early asks again when it fires: cheaper than a new one for every renewal.
    if (armed !== undefined && armed.at <= at) return;
    clearTimeout(armed?.timer);
    const wait = Math.max(0, at - this.now());
    this.#timers.set(job, { timer: setTimeout(() => this.#due(job), wait), at });
  }

  #due(job: LiveJob): void {
    this.#timers.delete(job);
    this.apply(job, { type: 'due' });
    this.#arm(job);
    this.#parts.onDeadline();
  }

  #disarm(job: LiveJob): void {
    clearTimeout(this.#timers.get(job)?.timer);
    this.#timers.delete(job);
  }
}
