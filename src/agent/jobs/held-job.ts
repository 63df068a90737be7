import type { ExecutionProvider } from '../../shared/execution-provider.ts';
import type { GataError } from '../../shared/gata-error.ts';
import type { JobAttempt, Offer } from '../../shared/job-protocol.ts';
import type { JobView } from '../../shared/local-api.ts';
import type { GenerationChunk, GenerationProgress, TaskInput, TaskOutput } from '../../shared/task.ts';
import { ReportedError } from './reported-error.ts';
import type { WorkerClaim } from './worker-pool.ts';

/**
 * `waiting` for its input, its model or its turn; `running`; `delivering` an output that is too large for a
 * message.
 */
export type HeldJobPhase = 'waiting' | 'running' | 'delivering';

/** What this node did for a job before, and did not bring to a result. */
export interface EarlierAttempts {
  readonly tokens: number;
  readonly energyJoules: number | null;
}

/** A job this node has accepted: what was asked, how far it is, and what a person is shown of it. */
export class HeldJob {
  readonly offer: Offer;
  readonly claim: WorkerClaim;
  /** Aborts what it does besides running: fetching its input, delivering its output. */
  readonly controller = new AbortController();
  readonly acceptedMs = performance.now();
  phase: HeldJobPhase = 'waiting';
  /** Set when it can run at once. */
  input: TaskInput | undefined;
  /** When the gateway last heard of it. */
  heardMs = performance.now();
  startedMs: number | undefined;
  /** When its run was over; its output may be delivered for long after that. */
  ranUntil: Date | undefined;
  timedOut = false;
  /** When its worker last showed that it gets on, by `performance.now()`. */
  toldMs = performance.now();
  /** The most that its run may take, in seconds; known when its input is. */
  wallSeconds: number;
  /** Of its encoded input. */
  inputBytes = 0;
  /** Drawn here in attempts that ended without a result. */
  readonly earlierEnergyJoules: number | null;
  /** Generated here in attempts that were handed back: a job that returns goes on counting. */
  readonly #earlierTokens: number;
  readonly #tokens: number[];
  #text: string;
  #view: JobView;

  constructor(offer: Offer, claim: WorkerClaim, acceptedAt: Date, earlier: EarlierAttempts) {
    this.offer = offer;
    this.wallSeconds = offer.wallSeconds;
    this.claim = claim;
    this.#tokens = [...(offer.resume?.tokens ?? [])];
    this.#text = offer.resume?.text ?? '';
    this.#view = {
      id: offer.jobId,
      attempt: offer.attempt,
      kind: offer.kind,
      modelId: offer.model.id,
      state: 'waiting',
      acceptedAt: acceptedAt.toISOString(),
      startedAt: null,
      endedAt: null,
      tokens: earlier.tokens,
      provider: null,
      runMs: null,
      energyJoules: null,
      earnedWei: null,
      error: null,
    };
    this.earlierEnergyJoules = earlier.energyJoules;
    this.#earlierTokens = earlier.tokens;
  }

  get attempt(): JobAttempt {
    return { jobId: this.offer.jobId, attempt: this.offer.attempt };
  }

  get view(): JobView {
    return this.#view;
  }

  /** Everything generated so far, by whichever node; undefined when there is nothing beyond the offer. */
  get progress(): GenerationProgress | undefined {
    if (this.#tokens.length === this.#resumedTokens) return undefined;
    return { tokens: this.#tokens, text: this.#text };
  }

  /** What this node generated, as one piece that repairs whatever pieces got lost. */
  get wholeChunk(): GenerationChunk | undefined {
    if (this.progress === undefined) return undefined;
    const textOffset = this.offer.resume?.text.length ?? 0;
    return {
      tokenOffset: this.#resumedTokens,
      tokens: this.#tokens.slice(this.#resumedTokens),
      textOffset,
      text: this.#text.slice(textOffset),
    };
  }

  /** @returns the number of tokens that are new. */
  append(chunk: GenerationChunk): number {
    this.toldMs = performance.now();
    for (const token of chunk.tokens) this.#tokens.push(token);
    this.#text += chunk.text;
    return chunk.tokens.length;
  }

  /** Brings the view up to date with the worker and the tokens generated. */
  refresh(): JobView {
    const tokens = this.#earlierTokens + this.#tokens.length - this.#resumedTokens;
    this.#view = { ...this.#view, provider: this.claim.provider, tokens };
    return this.#view;
  }

  started(at: Date): JobView {
    this.phase = 'running';
    this.startedMs = performance.now();
    this.toldMs = this.startedMs;
    this.#view = {
      ...this.#view,
      state: 'running',
      startedAt: at.toISOString(),
      provider: this.claim.provider,
    };
    return this.#view;
  }

  finished(at: Date, output: TaskOutput, runMs: number, provider: ExecutionProvider): JobView {
    const tokens = this.#earlierTokens + this.#tokensOf(output);
    this.#view = { ...this.#view, state: 'finished', endedAt: at.toISOString(), tokens, runMs, provider };
    return this.#view;
  }

  /** It ended here without a result. */
  ended(at: Date, state: 'failed' | 'preempted' | 'cancelled', error?: GataError): JobView {
    const shown = error === undefined ? null : { code: error.code, message: ownWords(error) };
    this.#view = { ...this.refresh(), state, endedAt: at.toISOString(), error: shown };
    return this.#view;
  }

  get #resumedTokens(): number {
    return this.offer.resume?.tokens.length ?? 0;
  }

  #tokensOf(output: TaskOutput): number {
    switch (output.kind) {
      case 'text.generate':
        return output.tokens.length - this.#resumedTokens;
      case 'embedding':
        return output.promptTokens;
      case 'image.classify':
      case 'onnx.run':
        return 0;
    }
  }
}

/** Why a job failed, for the history and the screen. */
function ownWords(error: GataError): string {
  if (!(error instanceof ReportedError)) return error.message;
  return `The model could not do what the buyer asked for (${error.code}). The buyer was told why.`;
}
