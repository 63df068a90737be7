import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type {
  GameView,
  PauseLease,
  PauseLeaseRequest,
  PauseRequest,
  SandboxView,
} from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import type { GameNews } from '../games/game-news.ts';
import type { GpuSignal } from '../gpu/gpu-signal.ts';
import type { Compute, HaltReport } from '../jobs/compute.ts';
import type { NoticeBoard } from '../notice-board.ts';
import { type Decision, decide, isPlaying, type PolicySignals } from './decide.ts';
import { type PauseBegin, type PauseCause, pauseCauses } from './pause-cause.ts';
import { PauseLeases } from './pause-lease.ts';
import type { PolicyStateFile } from './policy-state-file.ts';
import { holdsUserPause, userPauseOf } from './user-pause.ts';

/** After a suspend a timer fires late by the time slept, so no wait for a known moment is longer than this. */
const LONGEST_WAIT_MS = 60_000;

export interface PolicyEngineParts {
  readonly compute: Compute;
  /** The settings of the moment; `refresh` tells that they changed. */
  readonly settings: () => Settings;
  readonly stateFile: PolicyStateFile;
  readonly notices: NoticeBoard;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface PolicyEvents {
  /** Why and whether compute may run changed; never before compute was halted. */
  change: [Decision];
  /** A game or a lease began to keep compute paused; told before `change`, and after compute was halted. */
  pausing: [PauseBegin];
}

/** What told of a change among the signals; without it that is not known. */
type News = Pick<PauseBegin, 'signal' | 'seenMs'>;

/**
 * Gathers the signals, decides at each change and at each known moment, and is the only one that resumes and
 * halts compute. From a signal to `compute.halt()` everything is synchronous: a pause must not wait for a turn
 * of the event loop.
 */
export class PolicyEngine extends EventEmitter<PolicyEvents> implements Disposable {
  readonly #parts: PolicyEngineParts;
  readonly #leases: PauseLeases;
  #signals: PolicySignals;
  #decision: Decision;
  #lastHalt: Promise<HaltReport> = Promise.resolve({ workers: 0, jobs: 0, tookMs: 0 });
  /** Games and leases that pause compute now, by what stays the same while they do. */
  #causes: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: PolicyEngineParts) {
    super();
    this.#parts = parts;
    const { state, damaged } = parts.stateFile.load();
    if (damaged) {
      parts.notices.post({
        level: 'warning',
        code: 'pause-forgotten',
        message: 'The file that keeps a pause over a restart was damaged; if you had paused, pause again.',
      });
    }
    this.#leases = new PauseLeases(state.leases);
    this.#signals = {
      startedAt: parts.clock.now(),
      starting: true,
      shuttingDownSince: null,
      games: [],
      lastGame: null,
      userPause: state.userPause,
      leases: this.#leases.list(),
      sandbox: null,
      lastInputAt: null,
      inUseWaived: false,
      gpuBusySince: null,
      processorBusySince: null,
      recordedSince: null,
      meteredSince: null,
      gpu: { state: 'starting', detail: null, since: parts.clock.now(), cards: [] },
      onBatterySince: null,
      loss: null,
      fault: null,
    };
    this.#decision = decide(this.#signals, parts.settings(), parts.clock.now());
    // A lease that was restored paused before.
    this.#causes = new Set(pauseCauses(this.#signals, parts.settings(), parts.clock.now()).keys());
    this.#leases.on('change', () => {
      this.#signal({ leases: this.#leases.list() });
      this.#save();
    });
    parts.compute.on('change', () => this.#noteFault());
  }

  get decision(): Decision {
    return this.#decision;
  }

  get leases(): readonly PauseLease[] {
    const now = this.#parts.clock.now().getTime();
    return this.#leases
      .list()
      .map((held) => held.lease)
      .filter((lease) => now < Date.parse(lease.expiresAt));
  }

  get sandbox(): SandboxView | null {
    return this.#signals.sandbox?.view ?? null;
  }

  get startedAt(): Date {
    return this.#signals.startedAt;
  }

  /** Decides again; to be called when the settings changed. */
  refresh(): void {
    this.#evaluate();
  }

  /**
   * The games that run now. Call it in the very turn in which a game was seen.
   * @param news What told of the change, where that is known.
   */
  reportGames(games: readonly GameView[], news?: GameNews): void {
    const { userPause } = this.#signals;
    const plays = isPlaying(games);
    const ended = this.#signals.games.findLast((game) => game.choice === 'pause');
    const startsToPlay = plays && userPause?.kind === 'games-end' && !userPause.played;
    const changed = {
      games,
      lastGame:
        !plays && ended !== undefined
          ? { name: ended.name, endedAt: this.#parts.clock.now(), gpuUuids: ended.gpuUuids }
          : this.#signals.lastGame,
      userPause: startsToPlay ? { ...userPause, played: true } : userPause,
    };
    this.#signal(changed, news);
    if (startsToPlay) this.#save();
  }

  reportSandbox(view: SandboxView): void {
    this.#signal({ sandbox: { view, since: this.#parts.clock.now() } });
  }

  /** What the graphics cards allow. */
  reportGpu(gpu: GpuSignal): void {
    this.#signal({ gpu });
  }

  /** null: not known. */
  reportLastInput(lastInputAt: Date | null): void {
    const before = this.#signals.lastInputAt;
    const awayMs = lastInputAt === null || before === null ? 0 : lastInputAt.getTime() - before.getTime();
    const wasAway = awayMs >= this.#parts.settings().idle.idleMinutes * 60_000;
    this.#signal({ lastInputAt, inUseWaived: this.#signals.inUseWaived && !wasAway });
  }

  /** Whether other programs keep the graphics card, or the processor, busy. */
  reportBusy(busy: { readonly gpu: boolean; readonly processor: boolean }): void {
    this.#signal({
      gpuBusySince: this.#since(busy.gpu, this.#signals.gpuBusySince),
      processorBusySince: this.#since(busy.processor, this.#signals.processorBusySince),
    });
  }

  reportRecording(isRecorded: boolean): void {
    this.#signal({ recordedSince: this.#since(isRecorded, this.#signals.recordedSince) });
  }

  /** null: not known. */
  reportMetered(isMetered: boolean | null): void {
    this.#signal({ meteredSince: this.#since(isMetered === true, this.#signals.meteredSince) });
  }

  /** null: the machine has no battery, or does not tell. */
  reportBattery(onBattery: boolean | null): void {
    this.#signal({ onBatterySince: this.#since(onBattery === true, this.#signals.onBatterySince) });
  }

  /** Electricity costs more than the work earns; null: it does not, or that is not known. */
  reportLoss(loss: { readonly message: string; readonly until: Date | null } | null): void {
    const since = this.#signals.loss?.since ?? this.#parts.clock.now();
    this.#signal({ loss: loss === null ? null : { ...loss, since } });
  }

  /** The first look at the games is done. */
  reportStarted(): void {
    this.#signal({ starting: false });
  }

  /** The user's pause; resolves when no worker runs any more. */
  async pause(request: PauseRequest): Promise<void> {
    const now = this.#parts.clock.now();
    this.#signal({ userPause: userPauseOf(request, now, isPlaying(this.#signals.games)) });
    await this.#haltedAndSaved();
  }

  /**
   * Ends the user's pause, the wait after a game, and the pause for the user's own work until they have been away.
   * Games that run and leases still pause.
   */
  resume(): void {
    const isInUse = this.#decision.reasons.some((reason) => reason.code === 'in-use');
    const inUseWaived = isInUse || this.#signals.inUseWaived;
    this.#signal({ userPause: null, lastGame: null, inUseWaived });
    this.#save();
  }

  /**
   * Takes or renews a pause lease; resolves when no worker runs any more.
   * @throws GataError `invalid-request` when its process does not exist, `conflict` when there are too many.
   */
  async putLease(id: string, request: PauseLeaseRequest): Promise<PauseLease> {
    const seenMs = performance.now();
    const lease = this.#leases.put(id, request, this.#parts.clock.now());
    this.#signal({ leases: this.#leases.list() }, { signal: 'lease', seenMs });
    await this.#haltedAndSaved();
    return lease;
  }

  /** False when no lease has this id. */
  deleteLease(id: string): boolean {
    const deleted = this.#leases.delete(id);
    if (deleted) {
      this.#signal({ leases: this.#leases.list() });
      this.#save();
    }
    return deleted;
  }

  /** Pauses for good; resolves when no worker runs any more. */
  async shutDown(): Promise<void> {
    this.#signal({ shuttingDownSince: this.#signals.shuttingDownSince ?? this.#parts.clock.now() });
    await this.#lastHalt;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#leases[Symbol.dispose]();
    this.removeAllListeners();
  }

  /** When what holds now began; null when it does not hold. */
  #since(holds: boolean, since: Date | null): Date | null {
    return holds ? (since ?? this.#parts.clock.now()) : null;
  }

  #noteFault(): void {
    const message = this.#parts.compute.snapshot().fault;
    const { fault } = this.#signals;
    if (message === (fault?.message ?? null)) return;
    this.#signal({
      fault: message === null ? null : { message, since: fault?.since ?? this.#parts.clock.now() },
    });
  }

  #signal(changed: Partial<PolicySignals>, news?: News): void {
    this.#signals = { ...this.#signals, ...changed };
    this.#evaluate(news);
  }

  #evaluate(news: News = { signal: null, seenMs: performance.now() }): void {
    const { compute, settings, clock, logger } = this.#parts;
    const now = clock.now();
    const before = this.#decision;
    const decision = decide(this.#signals, settings(), now);
    // Set first: halt and resume may report a change, which comes back here.
    this.#decision = decision;
    const begun = this.#begunCauses(now);
    const limitsChanged = JSON.stringify(before.limits) !== JSON.stringify(decision.limits);
    // Cards that may no longer be used are left before others are begun with.
    if (limitsChanged) compute.limit(decision.limits);
    const halts = before.run && !decision.run;
    if (halts) {
      this.#lastHalt = compute.halt();
      this.#lastHalt.then(
        (report) => logger.info({ ...report }, 'compute halted'),
        (error) => logger.error({ err: error }, 'compute could not be halted'),
      );
    } else if (!before.run && decision.run) {
      compute.resume();
    }
    const halted = halts ? this.#lastHalt : null;
    for (const cause of begun) this.emit('pausing', { ...news, cause, halted });
    this.#forget(now);
    this.#schedule(now);
    if (JSON.stringify(before.reasons) === JSON.stringify(decision.reasons)) return;
    const codes = decision.reasons.map((reason) => reason.code);
    // The end of a pause may move with every key that the user presses.
    if (codes.join() !== before.reasons.map((reason) => reason.code).join()) {
      logger.info({ run: decision.run, reasons: codes }, 'decided');
    }
    this.emit('change', decision);
  }

  /** The games and leases that did not keep compute paused until now. */
  #begunCauses(now: Date): PauseCause[] {
    const causes = pauseCauses(this.#signals, this.#parts.settings(), now);
    const before = this.#causes;
    this.#causes = new Set(causes.keys());
    return [...causes].filter(([id]) => !before.has(id)).map(([, cause]) => cause);
  }

  /** Drops the signals that time has ended, so that they neither pile up nor come back. */
  #forget(now: Date): void {
    const { userPause, games, starting } = this.#signals;
    // Before the first look at the games it is not known whether the user still plays.
    const pauseOver = !starting && userPause !== null && !holdsUserPause(userPause, isPlaying(games), now);
    const leasesOver = this.#leases.dropExpired(now);
    if (!pauseOver && !leasesOver) return;
    this.#signals = {
      ...this.#signals,
      userPause: pauseOver ? null : userPause,
      leases: this.#leases.list(),
    };
    this.#save();
  }

  /** Wakes at the next moment at which a reason ends. */
  #schedule(now: Date): void {
    clearTimeout(this.#timer);
    const ends = [this.#decision.reviewAt, ...this.#decision.reasons.map((reason) => reason.until)]
      .filter((until) => until != null)
      .map((until) => Date.parse(until));
    if (ends.length === 0) return;
    const waitMs = Math.min(Math.max(Math.min(...ends) - now.getTime(), 1), LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => this.#evaluate(), waitMs);
    this.#timer.unref();
  }

  /** In this order: writing to the disk must not hold up the news that the workers are gone. */
  async #haltedAndSaved(): Promise<void> {
    try {
      await this.#lastHalt;
    } finally {
      this.#save();
    }
  }

  /** A pause that cannot be kept is in force all the same; the user is told that a restart forgets it. */
  #save(): void {
    const { stateFile, notices, logger } = this.#parts;
    try {
      stateFile.save({ userPause: this.#signals.userPause, leases: [...this.#leases.list()] });
    } catch (error) {
      logger.error({ err: error }, 'the pause could not be kept');
      notices.post({
        level: 'warning',
        code: 'pause-not-kept',
        message:
          'The pause is in force, but it could not be written to the disk: a restart of Gata forgets it.',
      });
    }
  }
}
