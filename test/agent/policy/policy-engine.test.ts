import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GpuSignal } from '../../../src/agent/gpu/gpu-signal.ts';
import type { HaltReport } from '../../../src/agent/jobs/compute.ts';
import { NoticeBoard } from '../../../src/agent/notice-board.ts';
import { PolicyEngine } from '../../../src/agent/policy/policy-engine.ts';
import { PolicyStateFile } from '../../../src/agent/policy/policy-state-file.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import type { SandboxView } from '../../../src/shared/local-api.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';
import { gameView } from '../../support/game-view.ts';
import { IdleCompute } from '../../support/idle-compute.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HADES = gameView('Hades II', { since: '2026-01-01T00:00:00.000Z' });
const WORKING: SandboxView = {
  mechanism: 'bubblewrap',
  working: true,
  detail: 'Works.',
  protections: [],
  selfTest: null,
};

const NO_CARDS: GpuSignal = { state: 'absent', detail: null, since: new Date(0), cards: [] };

let cleanup: DisposableStack;
let folder: string;
let compute: IdleCompute;
let notices: NoticeBoard;
let settings: Settings;

beforeEach(() => {
  cleanup = new DisposableStack();
  folder = cleanup.use(temporaryFolder()).path;
  compute = new IdleCompute();
  notices = new NoticeBoard(systemClock);
  settings = DEFAULT_SETTINGS;
});
afterEach(() => {
  vi.useRealTimers();
  cleanup.dispose();
});

/** An engine as at a start of the agent in the same data folder. */
function newEngine(): PolicyEngine {
  return cleanup.use(
    new PolicyEngine({
      compute,
      settings: () => settings,
      stateFile: new PolicyStateFile(folder),
      notices,
      clock: systemClock,
      logger: pino({ enabled: false }),
    }),
  );
}

function startedEngine(): PolicyEngine {
  const engine = newEngine();
  engine.reportSandbox(WORKING);
  engine.reportGpu(NO_CARDS);
  engine.reportGames([]);
  engine.reportStarted();
  return engine;
}

const codes = (engine: PolicyEngine): string[] => engine.decision.reasons.map((reason) => reason.code);

describe('starting and games', () => {
  test('resumes compute only when games, sandbox and cards were looked at', () => {
    const engine = newEngine();
    expect(compute.calls).toEqual([]);
    engine.reportSandbox(WORKING);
    expect(compute.calls).toEqual([]);
    engine.reportStarted();
    expect(compute.calls).toEqual([]);
    engine.reportGpu(NO_CARDS);
    expect(compute.calls).toEqual(['resume']);
  });

  test('halts in the very turn in which a game is reported, before anyone else hears of it', () => {
    const engine = startedEngine();
    const order: string[] = [];
    engine.on('change', () => order.push(`change after ${compute.calls.join()}`));
    engine.reportGames([HADES]);
    expect(compute.calls).toEqual(['resume', 'halt']);
    expect(order).toEqual(['change after resume,halt']);
  });

  test('halts once however many games start, and resumes after the delay', () => {
    vi.useFakeTimers();
    const engine = startedEngine();
    engine.reportGames([HADES]);
    engine.reportGames([HADES, { ...HADES, pid: 8, name: 'Dota 2' }]);
    engine.reportGames([HADES]);
    engine.reportGames([]);
    expect(compute.calls).toEqual(['resume', 'halt']);
    expect(engine.decision.reasons).toMatchObject([{ message: 'Hades II has just ended' }]);
    vi.advanceTimersByTime(9_999);
    expect(compute.running).toBe(false);
    vi.advanceTimersByTime(1);
    expect(compute.calls).toEqual(['resume', 'halt', 'resume']);
  });

  test('follows a change of the settings at once', () => {
    vi.useFakeTimers();
    const engine = startedEngine();
    engine.reportGames([HADES]);
    engine.reportGames([]);
    settings = { ...settings, games: { ...settings.games, resumeDelaySeconds: 0 } };
    engine.refresh();
    expect(compute.running).toBe(true);
  });
});

describe("the user's pause", () => {
  test('resolves when the halt has', async () => {
    const engine = startedEngine();
    const halt = Promise.withResolvers<HaltReport>();
    compute.nextHalt = halt.promise;
    let paused = false;
    const pausing = engine.pause({ until: 'resumed' }).then(() => {
      paused = true;
    });
    expect(compute.calls).toEqual(['resume', 'halt']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(paused).toBe(false);
    halt.resolve({ workers: 1, jobs: 1, tookMs: 5 });
    await pausing;
    expect(codes(engine)).toEqual(['user-paused']);
    engine.resume();
    expect(compute.running).toBe(true);
  });

  test('ends by itself when it is timed, also when that is days away', async () => {
    vi.useFakeTimers();
    const engine = startedEngine();
    await engine.pause({ minutes: 60 * 24 * 30 });
    vi.advanceTimersByTime(30 * 24 * 3_600_000 - 1);
    expect(compute.running).toBe(false);
    vi.advanceTimersByTime(1);
    expect(compute.running).toBe(true);
  });

  test('until games end: waits for a game to run and end, then for the delay', async () => {
    vi.useFakeTimers();
    const engine = startedEngine();
    await engine.pause({ until: 'games-end' });
    vi.advanceTimersByTime(3_600_000);
    expect(compute.running).toBe(false);
    engine.reportGames([HADES]);
    engine.reportGames([]);
    expect(codes(engine)).toEqual(['game-running']);
    vi.advanceTimersByTime(10_000);
    expect(compute.running).toBe(true);
  });

  test('ends the wait after a game when the user resumes', () => {
    const engine = startedEngine();
    engine.reportGames([HADES]);
    engine.reportGames([]);
    engine.resume();
    expect(compute.running).toBe(true);
  });

  test('survives a restart', async () => {
    await startedEngine().pause({ until: 'resumed' });
    const restarted = startedEngine();
    expect(codes(restarted)).toEqual(['user-paused']);
    restarted.resume();
    expect(codes(startedEngine())).toEqual([]);
  });

  test('until games end survives a restart in the middle of a game, and ends with it', async () => {
    const engine = startedEngine();
    engine.reportGames([HADES]);
    await engine.pause({ until: 'games-end' });
    const restarted = newEngine();
    restarted.reportSandbox(WORKING);
    restarted.reportGpu(NO_CARDS);
    restarted.reportGames([HADES]);
    restarted.reportStarted();
    expect(codes(restarted)).toEqual(['game-running', 'user-paused']);
    restarted.reportGames([]);
    expect(codes(restarted)).toEqual(['game-running']);
  });
});

describe('pause leases', () => {
  test('answers only when the halt has resolved, also when compute was being halted already', async () => {
    const engine = startedEngine();
    const halt = Promise.withResolvers<HaltReport>();
    compute.nextHalt = halt.promise;
    engine.reportGames([HADES]);
    let granted = false;
    const granting = engine.putLease('steam', { reason: 'Starting', ttlSeconds: 60 }).then(() => {
      granted = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(granted).toBe(false);
    halt.resolve({ workers: 1, jobs: 1, tookMs: 5 });
    await granting;
  });

  test('end by delete and by expiry, and are renewed by their id', async () => {
    vi.useFakeTimers();
    const engine = startedEngine();
    await engine.putLease('a', { reason: 'Starting', ttlSeconds: 10 });
    await engine.putLease('b', { reason: 'Starting', ttlSeconds: 1 });
    expect(engine.deleteLease('a')).toBe(true);
    expect(engine.deleteLease('a')).toBe(false);
    vi.advanceTimersByTime(900);
    await engine.putLease('b', { reason: 'Starting', ttlSeconds: 1 });
    vi.advanceTimersByTime(999);
    expect(codes(engine)).toEqual(['pause-lease']);
    vi.advanceTimersByTime(1);
    expect(codes(engine)).toEqual([]);
    expect(engine.leases).toEqual([]);
    expect(compute.running).toBe(true);
  });

  test('end with their process', async () => {
    const owner = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(owner, 'spawn');
    const engine = startedEngine();
    await engine.putLease('a', { reason: 'Starting', ttlSeconds: 3600, pid: owner.pid ?? 0 });
    expect(codes(engine)).toEqual(['pause-lease']);
    const resumed = once(engine, 'change');
    owner.kill('SIGKILL');
    await resumed;
    expect(codes(engine)).toEqual([]);
    expect(compute.running).toBe(true);
  });

  test('refuses a process that does not exist', async () => {
    const gone = spawn(process.execPath, ['--version']);
    await once(gone, 'exit');
    const engine = startedEngine();
    await expect(
      engine.putLease('a', { reason: 'Starting', ttlSeconds: 60, pid: gone.pid ?? 0 }),
    ).rejects.toMatchObject({ code: 'invalid-request', param: 'pid' });
    expect(compute.running).toBe(true);
  });

  test('survive a restart until they expire', async () => {
    vi.useFakeTimers();
    await startedEngine().putLease('a', { reason: 'Starting', ttlSeconds: 60 });
    vi.advanceTimersByTime(59_000);
    const restarted = startedEngine();
    expect(codes(restarted)).toEqual(['pause-lease']);
    vi.advanceTimersByTime(1000);
    expect(codes(restarted)).toEqual([]);
    expect(codes(startedEngine())).toEqual([]);
  });

  test('are bounded in number', async () => {
    const engine = startedEngine();
    for (let count = 0; count < 256; count++) {
      await engine.putLease(`lease-${count}`, { reason: 'Starting', ttlSeconds: 60 });
    }
    await expect(engine.putLease('more', { reason: 'Starting', ttlSeconds: 60 })).rejects.toMatchObject({
      code: 'conflict',
    });
    await engine.putLease('lease-0', { reason: 'Renewed', ttlSeconds: 60 });
  });
});

describe('faults', () => {
  test('halts while workers crash again and again, and resumes when compute says so', () => {
    const engine = startedEngine();
    compute.show({ fault: 'Workers crash again and again.' });
    expect(codes(engine)).toEqual(['worker-fault']);
    expect(compute.running).toBe(false);
    compute.show({ fault: null });
    expect(compute.running).toBe(true);
  });

  test('shuts down for good', async () => {
    const engine = startedEngine();
    await engine.shutDown();
    engine.resume();
    expect(codes(engine)).toEqual(['shutting-down']);
    expect(compute.running).toBe(false);
  });

  test('passes on that a halt failed', async () => {
    const engine = startedEngine();
    compute.nextHalt = Promise.reject(new Error('a worker would not die'));
    await expect(engine.pause({ until: 'resumed' })).rejects.toThrow('a worker would not die');
  });

  test('starts with a notice when the kept pause is damaged', () => {
    writeFileSync(join(folder, 'policy.json'), '{"userPause":');
    expect(codes(startedEngine())).toEqual([]);
    expect(notices.list()).toMatchObject([{ code: 'pause-forgotten' }]);
  });

  test('pauses all the same when the pause cannot be written', async () => {
    const engine = startedEngine();
    mkdirSync(join(folder, 'policy.json'));
    await engine.pause({ until: 'resumed' });
    expect(codes(engine)).toEqual(['user-paused']);
    expect(notices.list()).toMatchObject([{ code: 'pause-not-kept' }]);
  });
});
