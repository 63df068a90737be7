import { GataError } from '../../shared/gata-error.ts';
import type { JobAttempt, Payload, RefusalReason } from '../../shared/job-protocol.ts';
import type { GenerationChunk, GenerationProgress, TaskKind, TaskOutput } from '../../shared/task.ts';
import type { JobEndpoint, StoredError } from '../store/database-schema.ts';
import type { JobSnapshot } from '../store/job-store.ts';
import type { DispatchTimings } from './dispatch-timings.ts';
import { GenerationAssembly } from './generation-assembly.ts';
import type { JobHandle, JobOutcome } from './job-handle.ts';
import { type JobEvent, type JobState, nodeOf, reduceJob, type Transition } from './job-machine.ts';

export interface JobFacts {
  readonly id: string;
  readonly buyerId: string;
  readonly endpoint: JobEndpoint;
  readonly kind: TaskKind;
  readonly modelId: string;
  readonly modelDigest: string;
  readonly input: Payload;
  readonly createdAt: Date;
}

/** An unfinished job in this process: its state, what was generated, and who reads along. No I/O. */
export class LiveJob implements JobHandle {
  readonly facts: JobFacts;
  readonly avoidUntil = new Map<string, number>();
  readonly #assembly: GenerationAssembly;
  readonly #outcome = Promise.withResolvers<JobOutcome>();
  #state: JobState;
  #changed = Promise.withResolvers<void>();
  #settled = false;

  constructor(facts: JobFacts, state: JobState, progress?: GenerationProgress) {
    this.facts = facts;
    this.#state = state;
    this.#assembly = new GenerationAssembly(progress);
  }

  get state(): JobState {
    return this.#state;
  }

  get outcome(): Promise<JobOutcome> {
    return this.#outcome.promise;
  }

  get progress(): GenerationProgress {
    return this.#assembly.progress();
  }

  apply(event: JobEvent, now: number, timings: DispatchTimings): Transition {
    const transition = reduceJob(this.#state, event, now, timings);
    this.#state = transition.state;
    if (transition.avoid !== undefined) {
      this.avoidUntil.set(transition.avoid, now + timings.avoidNodeMs * avoidFactor(event));
    }
    return transition;
  }

  append(chunk: GenerationChunk): boolean {
    const grew = this.#assembly.append(chunk);
    if (grew) this.#notify();
    return grew;
  }

  /** Takes over what a handed-back generation has beyond ours; another generation is ignored. */
  extend(progress: GenerationProgress): void {
    if (this.#assembly.extend(progress)) this.#notify();
  }

  /** Whether the output continues what was already given out. */
  continues(output: TaskOutput): boolean {
    if (output.kind !== 'text.generate') return true;
    return new GenerationAssembly(this.#assembly.progress()).extend(output);
  }

  /** The result is durable: readers get the rest and the end. */
  settleFinished(output: TaskOutput): void {
    if (output.kind === 'text.generate') this.#assembly.extend(output);
    this.#settle({ state: 'finished', output });
  }

  settleFailed(state: 'failed' | 'cancelled', error: StoredError): void {
    const failure = new GataError(
      error.code,
      error.message,
      error.param === null ? {} : { param: error.param },
    );
    this.#settle({ state, error: failure });
  }

  async *read(): AsyncGenerator<string> {
    let offset = 0;
    for (;;) {
      const text = this.#assembly.text;
      if (text.length > offset) {
        const piece = text.slice(offset);
        offset = text.length;
        yield piece;
      } else if (this.#settled) {
        return;
      } else {
        await this.#changed.promise;
      }
    }
  }

  snapshot(): JobSnapshot {
    const { phase, attempt, failures, losses } = this.#state;
    return {
      state: phase.name === 'offered' || phase.name === 'running' ? phase.name : 'queued',
      attempt,
      failures,
      losses,
      nodeId: nodeOf(this.#state) ?? null,
      leaseExpiresAt: phase.name === 'running' ? new Date(phase.until) : null,
      progress: this.progress,
    };
  }

  attemptRef(attempt = this.#state.attempt): JobAttempt {
    return { jobId: this.facts.id, attempt };
  }

  #settle(outcome: JobOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#outcome.resolve(outcome);
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

const CANNOT_DO_IT: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'unsupported',
  'model-unavailable',
  'model-quarantined',
]);

/** A node that cannot do the job will not be able to in a second either. */
function avoidFactor(event: JobEvent): number {
  if (event.type !== 'refuse') return 1;
  return CANNOT_DO_IT.has(event.reason) ? 30 : 1;
}
