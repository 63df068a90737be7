import type { InferenceSession } from 'onnxruntime-node';
import type { Pacer } from '../pacer.ts';

/** A graph in memory, as tasks see it: every run goes through the pacer. */
export class ModelSession {
  readonly #session: InferenceSession;
  readonly #pacer: Pacer;

  constructor(session: InferenceSession, pacer: Pacer) {
    this.#session = session;
    this.#pacer = pacer;
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  get inputMetadata(): InferenceSession['inputMetadata'] {
    return this.#session.inputMetadata;
  }

  get outputMetadata(): InferenceSession['outputMetadata'] {
    return this.#session.outputMetadata;
  }

  /** As onnxruntime-node's `run`; at full speed it is just that. */
  run(feeds: InferenceSession.FeedsType, fetches: readonly string[]): Promise<InferenceSession.ReturnType> {
    if (this.#pacer.isFullSpeed) return this.#session.run(feeds, fetches);
    return this.#pacer.pace(() => this.#session.run(feeds, fetches));
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
