import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GameNews } from '../../../src/agent/games/game-news.ts';
import { createGameWatcher } from '../../../src/agent/games/game-watcher.ts';
import { PauseHistory } from '../../../src/agent/games/pause-history.ts';
import { PauseHistoryFile } from '../../../src/agent/games/pause-history-file.ts';
import { processAgeMs } from '../../../src/agent/games/process-age.ts';
import type { HaltReport } from '../../../src/agent/jobs/compute.ts';
import { WorkerPool } from '../../../src/agent/jobs/worker-pool.ts';
import { NoticeBoard } from '../../../src/agent/notice-board.ts';
import { PolicyEngine } from '../../../src/agent/policy/policy-engine.ts';
import { PolicyStateFile } from '../../../src/agent/policy/policy-state-file.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { gamePauseSchema } from '../../../src/shared/game-pause.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';
import { demoModel } from '../../support/demo-models.ts';
import { ProgramFolder } from '../../support/game-process.ts';
import { gameView } from '../../support/game-view.ts';
import { setSignals } from '../../support/game-watcher-parts.ts';
import { IdleCompute } from '../../support/idle-compute.ts';
import { PuppetStarter } from '../../support/puppet-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HADES = gameView('Hades II');
const WORKER_ENDS_AFTER_MS = 30;

/** Compute whose workers are those of a real pool. */
class PoolCompute extends IdleCompute {
  readonly starter = new PuppetStarter();
  readonly #pool = new WorkerPool({
    startWorker: this.starter.start,
    ensureModel: async (digest) => ({
      manifest: demoModel('digits').manifest,
      folder: `/models/${digest}`,
      [Symbol.dispose]: () => undefined,
    }),
    settings: () => ({ cpuThreads: 1, allowUnsandboxed: false }),
    clock: systemClock,
    logger: pino({ enabled: false }),
  });

  override resume(): void {
    super.resume();
    this.#pool.resume();
  }

  override async halt(): Promise<HaltReport> {
    const startedMs = performance.now();
    void super.halt();
    const { workers, gone } = this.#pool.halt();
    // Jobs that are handed back are told of at once, as real compute does.
    this.emit('change');
    await gone;
    return { workers, jobs: workers, tookMs: performance.now() - startedMs };
  }

  /** Starts a worker, which takes a moment to die when it is killed. */
  async work(): Promise<void> {
    await this.#pool.claim('a'.repeat(64)).ready;
    const { last } = this.starter;
    last.kill = async () => {
      await new Promise((resolve) => setTimeout(resolve, WORKER_ENDS_AFTER_MS));
      last.end({ byUs: true, wasKilled: true, detail: 'killed' });
    };
  }
}

describe('the pauses for games', () => {
  let cleanup: AsyncDisposableStack;
  let folder: string;
  let compute: PoolCompute;
  let policy: PolicyEngine;
  let history: PauseHistory;
  let settings: Settings;
  let startOrderOf: (pid: number) => number | null;
  let ageMs: (startOrder: number) => number | null;
  beforeEach(() => {
    cleanup = new AsyncDisposableStack();
    folder = cleanup.use(temporaryFolder()).path;
    compute = new PoolCompute();
    settings = { ...DEFAULT_SETTINGS, games: { ...DEFAULT_SETTINGS.games, resumeDelaySeconds: 0 } };
    startOrderOf = () => null;
    ageMs = () => null;
    open();
  });
  afterEach(() => cleanup.disposeAsync());

  const logger = pino({ enabled: false });

  /** As at a start of the agent. */
  function open(): void {
    policy = cleanup.use(
      new PolicyEngine({
        compute,
        settings: () => settings,
        stateFile: new PolicyStateFile(folder),
        notices: new NoticeBoard(systemClock),
        clock: systemClock,
        logger,
      }),
    );
    history = new PauseHistory({
      file: new PauseHistoryFile(folder, logger),
      startOrderOf: (pid) => startOrderOf(pid),
      ageMs: (startOrder) => ageMs(startOrder),
      clock: systemClock,
      logger,
    });
    const own = history;
    policy.on('pausing', (begin) => own.begin(begin));
    const engine = policy;
    // As the agent does: what a job earned is judged when it ends, in the middle of a halt too.
    compute.on('change', () => engine.reportLoss(null));
    policy.reportGpu({ state: 'absent', detail: null, since: new Date(0), cards: [] });
    policy.reportSandbox({
      ...{ mechanism: 'bubblewrap', working: true, detail: 'Works.', protections: [], selfTest: null },
    });
    policy.reportStarted();
  }

  const kernelTold = (): GameNews => ({ signal: 'proc-connector', seenMs: performance.now() });
  const recorded = (count: number) => vi.waitFor(() => expect(history.list()).toHaveLength(count));

  it('are recorded when the last worker is gone, with how long that took', async () => {
    await compute.work();
    const beforeMs = performance.now();
    policy.reportGames([HADES], kernelTold());
    expect(compute.running).toBe(false);
    expect(history.list()).toEqual([]);
    await recorded(1);
    const [pause] = history.list();
    const { name, key, executable, certainty, why } = HADES;
    expect(gamePauseSchema.parse(pause)).toMatchObject({
      ...{ name, key, executable, certainty, why, signal: 'proc-connector' },
      ...{ workers: 1, jobs: 1, startToStoppedMs: null, memory: null },
    });
    expect(pause?.seenToStoppedMs).toBeGreaterThanOrEqual(WORKER_ENDS_AFTER_MS - 1);
    expect(pause?.seenToStoppedMs).toBeLessThanOrEqual(performance.now() - beforeMs + 1);
  });

  it('say that nothing had to be stopped when compute stood still', async () => {
    await policy.pause({ until: 'resumed' });
    policy.reportGames([HADES], kernelTold());
    await recorded(1);
    expect(history.list()).toMatchObject([{ workers: 0, seenToStoppedMs: null, jobs: 0 }]);
  });

  it('count a game once while it runs, and again when it starts again', async () => {
    policy.reportGames([HADES], kernelTold());
    policy.reportGames([{ ...HADES, pid: 8, why: 'still' }], kernelTold());
    policy.refresh();
    policy.reportGames([], kernelTold());
    policy.reportGames([{ ...HADES, certainty: 'maybe' }], { signal: 'window', seenMs: performance.now() });
    await recorded(2);
    expect(history.list().map(({ signal }) => signal)).toEqual(['window', 'proc-connector']);
  });

  it('are none for a game that the user wants ignored or shares the card with', async () => {
    policy.reportGames([{ ...HADES, choice: 'share' }], kernelTold());
    policy.reportGames([HADES], { signal: 'settings', seenMs: performance.now() });
    await recorded(1);
    expect(history.list()).toMatchObject([{ signal: 'settings' }]);
  });

  it('count a launcher’s lease once, however often it is renewed, and not after a restart', async () => {
    await compute.work();
    const lease = { reason: 'Starting a game', title: 'Hades II', ttlSeconds: 60 };
    await policy.putLease('launcher', lease);
    await policy.putLease('launcher', lease);
    await recorded(1);
    expect(history.list()).toMatchObject([
      { key: null, name: 'Hades II', why: 'Starting a game', signal: 'lease', executable: null, workers: 1 },
    ]);
    open();
    policy.refresh();
    policy.reportGames([HADES], kernelTold());
    await recorded(2);
  });

  it('tell the time since the start of the game where that is known and just was', async () => {
    startOrderOf = (pid) => pid;
    let age = 0;
    ageMs = () => age;
    const pauseAt = async (ms: number) => {
      age = ms;
      await compute.work();
      const before = history.list().length;
      policy.reportGames([HADES], kernelTold());
      await recorded(before + 1);
      policy.reportGames([]);
      return history.list()[0];
    };
    expect(await pauseAt(250)).toMatchObject({ startToStoppedMs: 250 });
    // A clock that is read to 10 ms must not make it less than what certainly passed.
    const rounded = await pauseAt(0);
    expect(rounded?.startToStoppedMs).toBe(rounded?.seenToStoppedMs);
    expect(await pauseAt(3_600_000)).toMatchObject({ startToStoppedMs: null });
  });

  it('tell when the driver lists no worker any more, whichever is known first', async () => {
    await compute.work();
    const told: string[] = [];
    history.on('pause', ({ memory }) => told.push(JSON.stringify(memory?.freed ?? null)));
    policy.reportGames([HADES], kernelTold());
    await recorded(1);
    history.reportMemory(true);
    expect(history.list()).toMatchObject([{ memory: { freed: true } }]);
    expect(told).toEqual(['null', 'true']);
    policy.reportGames([]);
    await compute.work();
    policy.reportGames([HADES], kernelTold());
    history.reportMemory(false);
    await recorded(2);
    expect(history.list()[0]).toMatchObject({ memory: { freed: false } });
    history.reportMemory(true);
    expect(history.list()[0]).toMatchObject({ memory: { freed: false } });
  });

  it('are kept over a restart, the newest 50', async () => {
    for (let game = 1; game <= 52; game += 1) {
      policy.reportGames([gameView(`Game ${game}`)], kernelTold());
      policy.reportGames([]);
    }
    await vi.waitFor(() => expect(history.list()[0]?.name).toBe('Game 52'));
    expect(history.list()).toHaveLength(50);
    const before = history.list();
    open();
    expect(history.list()).toEqual(before);
  });

  it('are shown even when they cannot be written', async () => {
    mkdirSync(join(folder, 'game-pauses.json'));
    policy.reportGames([HADES], kernelTold());
    await recorded(1);
  });

  it.skipIf(process.platform !== 'linux')('tell who saw a real game, and when it started', async () => {
    using programs = new ProgramFolder();
    const games = createGameWatcher({
      settings: () => ({ ...settings.games, include: ['a paused game'] }),
      library: programs.library(),
      signals: setSignals(),
      ownPids: () => [],
      logger,
      clock: systemClock,
    });
    cleanup.use(games);
    startOrderOf = (pid) => games.startOrderOf(pid);
    ageMs = processAgeMs;
    // Somebody may be playing on this machine while the tests run.
    const own = () => games.running().filter(({ name }) => name === 'a paused game');
    games.on('change', (news) => policy.reportGames(own(), news));
    await games.start();
    await compute.work();
    const beforeMs = performance.now();
    await programs.start(programs.add('a paused game'), '30');
    await recorded(1);
    const [pause] = history.list();
    expect(pause).toMatchObject({ name: 'a paused game', why: 'Your list of games has “a paused game”.' });
    expect(pause?.signal).toMatch(/^proc-(connector|polling)$/);
    expect(pause?.startToStoppedMs).toBeGreaterThanOrEqual(pause?.seenToStoppedMs ?? Number.NaN);
    expect(pause?.startToStoppedMs).toBeLessThanOrEqual(performance.now() - beforeMs + 20);
  });
});
