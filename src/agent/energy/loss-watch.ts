import { EventEmitter } from 'node:events';
import type { Clock } from '../../shared/clock.ts';
import type { JobView } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import { costsMoney } from './profitability.ts';

/** Hours begin and evidence ages by themselves. */
const LOOK_EVERY_MS = 20_000;

export interface LossWatchParts {
  /** Newest first, as many as `costsMoney` looks at. */
  readonly latestJobs: () => readonly JobView[];
  readonly settings: () => Settings;
  readonly clock: Clock;
}

/** Set while electricity costs more than the work earns. */
export interface Loss {
  readonly message: string;
  readonly since: Date;
  /** When it ends by itself. */
  readonly until: Date | null;
}

/** Watches whether the work earns its electricity. It must be told when jobs or settings change. */
export class LossWatch extends EventEmitter<{ change: [] }> implements Disposable {
  readonly #parts: LossWatchParts;
  readonly #timer: NodeJS.Timeout;
  #loss: Loss | null = null;

  constructor(parts: LossWatchParts) {
    super();
    this.#parts = parts;
    this.#timer = setInterval(() => this.refresh(), LOOK_EVERY_MS);
    this.#timer.unref();
    this.refresh();
  }

  get loss(): Loss | null {
    return this.#loss;
  }

  /** A job ended or was credited, or the settings changed. */
  refresh(): void {
    const { latestJobs, settings, clock } = this.#parts;
    const now = clock.now();
    const { energy } = settings();
    // Without this, the history would be gone through for users who told no prices.
    const isAsked = energy.stopAtLoss && energy.tariff !== null && energy.gataPrice !== null;
    const found = isAsked ? costsMoney(latestJobs(), energy, now) : null;
    const before = this.#loss;
    if (found?.message === before?.message && found?.until?.getTime() === before?.until?.getTime()) return;
    this.#loss = found === null ? null : { ...found, since: before?.since ?? now };
    this.emit('change');
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
