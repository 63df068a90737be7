import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { type GpuSample, NO_GPU_LIMITS } from '../../shared/gpu.ts';
import type { FromGuard } from '../../shared/gpu-guard-protocol.ts';
import type { GpuHistory, GpusPage } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import type { GpuUse } from '../jobs/compute-limits.ts';
import type { NoticeBoard } from '../notice-board.ts';
import { effectivePreset } from './effective-preset.ts';
import { type CardWishes, type CardWork, GovernedCard, type Moment } from './governed-card.ts';
import type { GpuSignal } from './gpu-signal.ts';
import type { GuardClient } from './guard-client.ts';
import { ReleaseCheck } from './release-check.ts';

const COMPUTING_SAMPLE_MS = 500;
const IDLE_SAMPLE_MS = 5000;
/** The next job is likely to come within this time: limits stay until then. */
const BUSY_LINGER_MS = 10_000;
/** A card that works and has not been read for this long is decided upon without. */
const OVERDUE_MS = 1500;
/** A guard that is replaced within this time is not missed. */
const DOWN_GRACE_MS = 2000;

export interface GpuControllerOptions {
  readonly guard: GuardClient;
  /** The settings of the moment. */
  readonly settings: () => Settings;
  /** What our workers do on the cards at the moment. */
  readonly use: () => readonly GpuUse[];
  readonly notices: NoticeBoard;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface GpuControllerEvents {
  /** What the policy must know changed. */
  signal: [GpuSignal];
  samples: [readonly GpuSample[]];
  /** Compute was stopped, and the cards' memory is free of its workers, or not; null: that cannot be told. */
  released: [isFree: boolean | null];
  /** What a person is shown changed. */
  change: [];
}

type Driver = Pick<
  GpusPage,
  'state' | 'detail' | 'driverVersion' | 'cudaVersion' | 'authority' | 'authorityDetail'
>;

/**
 * Keeps the graphics cards within the user's limits: takes the guard's readings, lets the governor decide, tells
 * the guard what to hold, and the policy which cards may work and how much.
 */
export class GpuController extends EventEmitter<GpuControllerEvents> implements Disposable {
  readonly #options: GpuControllerOptions;
  readonly #cards = new Map<string, GovernedCard>();
  #driver: Driver = {
    state: 'starting',
    detail: null,
    driverVersion: null,
    cudaVersion: null,
    authority: 'none',
    authorityDetail: 'The graphics driver is being looked for.',
  };
  #signal: GpuSignal;
  readonly #release: ReleaseCheck;
  #mayCompute = false;
  /** Workers that have held models on cards since the last reading; a stop takes them out of use before it is told. */
  #workers: ReadonlySet<number> = new Set();
  #grace: NodeJS.Timeout | undefined;
  #overdue: NodeJS.Timeout | undefined;

  constructor(options: GpuControllerOptions) {
    super();
    this.#options = options;
    this.#signal = { state: 'starting', detail: null, since: options.clock.now(), cards: [] };
    this.#release = new ReleaseCheck({
      read: () => options.guard.readNow(),
      told: (problem, isFree) => this.#tellRelease(problem, isFree),
      logger: options.logger,
    });
    options.guard.on('message', (message) => this.#take(message));
    options.guard.on('down', (detail) => this.#down(detail));
  }

  get signal(): GpuSignal {
    return this.#signal;
  }

  start(): void {
    this.#options.guard.start();
  }

  /** The policy lets compute run, or stops it: a card without work is left as the user had it, at once. */
  setMayCompute(mayCompute: boolean): void {
    this.#mayCompute = mayCompute;
    if (!mayCompute) {
      this.#options.guard.release();
      this.#release.begin(this.#workers);
      this.#workers = new Set();
    }
    this.refreshRate();
    this.#watchOverdue();
  }

  /** Jobs came or went: reads more often while there are some. */
  refreshRate(): void {
    if (this.#mayCompute) this.#workers = new Set([...this.#workers, ...this.#pidsInUse()]);
    const isBusy = [...this.#cards.keys()].some((uuid) => this.#isBusy(uuid));
    this.#options.guard.sampleEvery(this.#mayCompute && isBusy ? COMPUTING_SAMPLE_MS : IDLE_SAMPLE_MS);
    if (isBusy && this.#overdue === undefined) this.#watchOverdue();
  }

  /** Settings changed: decides again on the latest readings. */
  refresh(): void {
    for (const card of this.#cards.values()) {
      const { uuid } = card.device;
      const limits = card.stepAgain(this.#wishes(uuid), this.#work(uuid), this.#moment());
      if (limits !== null) this.#options.guard.hold(uuid, limits);
    }
    this.#publish();
  }

  page(): Omit<GpusPage, 'helper'> {
    return {
      ...this.#driver,
      gpus: [...this.#cards.values()].map((card) => card.view(this.#wishes(card.device.uuid))),
    };
  }

  /**
   * How much other programs use the cards, 0 to 1, by the card used most. null: not known, as while our own
   * workers run on a card, whose readings do not tell whose work it is.
   */
  get othersUse(): number | null {
    const uses = [...this.#cards.values()].map(({ device, sample }) =>
      this.#isBusy(device.uuid) ? null : (sample?.utilisationPercent ?? null),
    );
    const known = uses.filter((use) => use !== null);
    return known.length === 0 ? null : Math.max(...known) / 100;
  }

  /** undefined: there is no such card. */
  history(uuid: string, seconds: number): GpuHistory | undefined {
    const card = this.#cards.get(uuid);
    if (card === undefined) return undefined;
    return { uuid, ...card.readings.since(this.#options.clock.now().getTime() - seconds * 1000) };
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#grace);
    clearTimeout(this.#overdue);
    this.#release[Symbol.dispose]();
    this.removeAllListeners();
  }

  #take(message: FromGuard): void {
    switch (message.type) {
      case 'ready':
        return;
      case 'absent':
        this.#cards.clear();
        this.#setDriver({
          state: 'absent',
          detail: message.detail,
          driverVersion: null,
          cudaVersion: null,
          authority: 'none',
          authorityDetail: message.detail,
        });
        return;
      case 'devices':
        this.#takeDevices(message);
        return;
      case 'samples':
        this.#release.take(message.samples);
        this.#step(message.samples);
        this.emit('samples', message.samples);
        return;
      case 'lost':
        this.#setDriver({ ...this.#driver, state: 'lost', detail: message.detail });
        return;
      case 'held':
        this.#cards.get(message.uuid)?.takeHeld(message.limits, message.problem, message.foreign);
        this.emit('change');
        return;
      case 'released':
        for (const card of this.#cards.values()) card.takeReleased(message.problem);
        this.emit('change');
        return;
    }
  }

  #takeDevices(message: Extract<FromGuard, { type: 'devices' }>): void {
    const present = new Set(message.devices.map((device) => device.uuid));
    for (const uuid of this.#cards.keys()) if (!present.has(uuid)) this.#cards.delete(uuid);
    for (const device of message.devices) {
      const known = this.#cards.get(device.uuid);
      if (known === undefined) this.#cards.set(device.uuid, new GovernedCard(device));
      else known.update(device);
    }
    const { driverVersion, cudaVersion, authority, authorityDetail } = message;
    this.#setDriver({
      state: 'ready',
      detail: null,
      driverVersion,
      cudaVersion,
      authority,
      authorityDetail,
    });
    this.refreshRate();
  }

  /** The guard went; one that comes back at once has put the limits back, and is told to hold them again. */
  #down(detail: string): void {
    if (this.#driver.state === 'absent' || this.#driver.state === 'lost') return;
    for (const card of this.#cards.values()) card.takeHeld(NO_GPU_LIMITS, null, false);
    this.#grace ??= setTimeout(
      () => this.#setDriver({ ...this.#driver, state: 'lost', detail }),
      DOWN_GRACE_MS,
    );
    this.#grace.unref();
  }

  #setDriver(driver: Driver): void {
    clearTimeout(this.#grace);
    this.#grace = undefined;
    this.#driver = driver;
    this.#publish();
  }

  #step(samples: readonly GpuSample[]): void {
    this.#workers = this.#mayCompute ? this.#pidsInUse() : new Set();
    for (const sample of samples) {
      const card = this.#cards.get(sample.uuid);
      if (card === undefined) continue;
      const { uuid } = sample;
      const limits = card.step(sample, this.#wishes(uuid), this.#work(uuid), this.#moment());
      this.#options.guard.hold(uuid, limits);
    }
    this.#watchOverdue();
    this.refreshRate();
    this.#publish();
  }

  #watchOverdue(): void {
    clearTimeout(this.#overdue);
    this.#overdue = undefined;
    const busy = [...this.#cards.values()].filter((card) => this.#isBusy(card.device.uuid));
    if (busy.length === 0) return;
    this.#overdue = setTimeout(() => {
      for (const card of busy) {
        const { uuid } = card.device;
        card.stepBlind(this.#wishes(uuid), this.#work(uuid), this.#moment());
      }
      this.#watchOverdue();
      this.#publish();
    }, OVERDUE_MS);
    this.#overdue.unref();
  }

  #work(uuid: string): CardWork {
    return { hasWorker: this.#hasWorker(uuid), isBusy: this.#isBusy(uuid) };
  }

  #moment(): Moment {
    return { atSeconds: performance.now() / 1000, now: this.#options.clock.now() };
  }

  #tellRelease(problem: string | null, isFree: boolean | null): void {
    this.emit('released', isFree);
    const code = 'gpu-memory-held';
    if (problem === null) this.#options.notices.dismiss(code);
    else this.#options.notices.post({ level: 'warning', code, message: problem });
  }

  #publish(): void {
    const { state, detail } = this.#driver;
    const cards = [...this.#cards.values()].map((card) => card.signal);
    const since = this.#signal.state === state ? this.#signal.since : this.#options.clock.now();
    const signal: GpuSignal = { state, detail, since, cards };
    const isNews = JSON.stringify(signal) !== JSON.stringify(this.#signal);
    this.#signal = signal;
    if (isNews) this.emit('signal', signal);
    this.emit('change');
  }

  #wishes(uuid: string): CardWishes {
    const { cards, defaults, schedule } = this.#options.settings().gpu;
    const preferences = cards[uuid] ?? defaults;
    const { preset } = effectivePreset(schedule, preferences.preset, this.#options.clock.now());
    // While the schedule has compute off, the card is shown with the user's own choice.
    return { preferences, preset: preset === 'off' ? preferences.preset : preset };
  }

  #pidsInUse(): ReadonlySet<number> {
    return new Set(this.#options.use().flatMap((use) => use.pids));
  }

  #hasWorker(uuid: string): boolean {
    return this.#options.use().some((use) => use.uuid === uuid && use.pids.length > 0);
  }

  #isBusy(uuid: string): boolean {
    if (!this.#mayCompute) return false;
    const use = this.#options.use().find((each) => each.uuid === uuid);
    if (use === undefined || use.lastRanMs === null) return false;
    return this.#options.clock.now().getTime() - use.lastRanMs < BUSY_LINGER_MS;
  }
}
