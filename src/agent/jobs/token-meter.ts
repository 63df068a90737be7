import type { GenerationChunk, TaskOutput } from '../../shared/task.ts';
import { WorkerFaultError } from './worker-fault-error.ts';

/** Counts a generation's tokens as they come, so that not only the worker's own code bounds them. */
export class TokenMeter {
  readonly #limit: number | null;
  #tokens: number;

  /** @param resumed tokens that the generation had before. */
  constructor(limit: number | null, resumed: number) {
    this.#limit = limit;
    this.#tokens = resumed;
  }

  /** @throws WorkerFaultError `worker-protocol-violation` when there are more than the job allows. */
  takeChunk(chunk: GenerationChunk): void {
    this.#tokens += chunk.tokens.length;
    this.#check(this.#tokens);
  }

  /** @throws the same. */
  takeOutput(output: TaskOutput): void {
    if (output.kind === 'text.generate') this.#check(output.tokens.length);
  }

  #check(tokens: number): void {
    if (this.#limit === null || tokens <= this.#limit) return;
    throw new WorkerFaultError(
      'protocol-violation',
      'worker-protocol-violation',
      `The worker generated ${tokens} tokens where ${this.#limit} are allowed; it was killed.`,
    );
  }
}
