import type { GataError } from '../../shared/gata-error.ts';
import type { TaskKind, TaskOutput } from '../../shared/task.ts';
import type { JobEndpoint } from '../store/database-schema.ts';

export type JobOutcome =
  | { readonly state: 'finished'; readonly output: TaskOutput }
  | { readonly state: 'failed' | 'cancelled'; readonly error: GataError };

/** What a buyer's request needs of a job, whether it is under way or over. */
export interface JobHandle {
  readonly facts: {
    readonly id: string;
    readonly endpoint: JobEndpoint;
    readonly kind: TaskKind;
    readonly modelId: string;
    readonly createdAt: Date;
  };
  /** Never rejects: a failure is an outcome. */
  readonly outcome: Promise<JobOutcome>;
  /** The generated text from its beginning, each piece once, as it comes; ends with the job. */
  read(): AsyncGenerator<string>;
}
