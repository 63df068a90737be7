import type { InferenceSession } from 'onnxruntime-node';
import type { Pacer } from '../pacer.ts';
import type { ModelSession } from './model-session.ts';

/** A graph whose every run goes through the pacer. */
export class PacedSession implements ModelSession {
  readonly #session: ModelSession;
  readonly #pacer: Pacer;

  constructor(session: ModelSession, pacer: Pacer) {
    this.#session = session;
    this.#pacer = pacer;
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  get inputMetadata(): readonly InferenceSession.ValueMetadata[] {
    return this.#session.inputMetadata;
  }

  get outputMetadata(): readonly InferenceSession.ValueMetadata[] {
    return this.#session.outputMetadata;
  }

  run(feeds: InferenceSession.FeedsType, fetches: readonly string[]): Promise<InferenceSession.ReturnType> {
    if (this.#pacer.isFullSpeed) return this.#session.run(feeds, fetches);
    return this.#pacer.pace(() => this.#session.run(feeds, fetches));
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
