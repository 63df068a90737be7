import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ProcessFacts, ProcessWatcher } from '../../src/agent/games/process-watcher.ts';
import { ProgramFolder } from './game-process.ts';

export interface WatchedProcesses {
  readonly started: ProcessFacts[];
  readonly forked: { readonly pid: number; readonly parentPid: number }[];
  readonly ended: number[];
  missed: number;
  lost: number;
  readonly broken: Error[];
}

/** Starts a watcher and keeps what it tells; disposed with the test. */
export function watch(watcher: ProcessWatcher): WatchedProcesses {
  const seen: WatchedProcesses = { started: [], forked: [], ended: [], missed: 0, lost: 0, broken: [] };
  watcher.watchClosely(true);
  watcher.start({
    mayWait: () => false,
    onStart: (process) => seen.started.push(process),
    onFork: (pid, parentPid) => seen.forked.push({ pid, parentPid }),
    onEnd: (pid) => seen.ended.push(pid),
    onMissed: () => {
      seen.missed += 1;
    },
    onLost: () => {
      seen.lost += 1;
    },
    onBroken: (error) => seen.broken.push(error),
  });
  onTestFinished(() => watcher[Symbol.dispose]());
  return seen;
}

export interface ExpectedOfWatcher {
  /** How long a process must live to be seen for certain. */
  readonly certainAfterMs: number;
  /** From the start of a process to its being told, in the median. */
  readonly typicalLatencyMs: number;
}

/** What every watcher of Linux processes does, with real processes. */
export function itWatchesProcesses(create: () => ProcessWatcher, expected: ExpectedOfWatcher): void {
  it('tells when a program starts and ends', async () => {
    using programs = new ProgramFolder();
    const program = programs.add('some game');
    const seen = watch(create());
    const child = await programs.start(program, '30');
    await vi.waitFor(() => expect(seen.started.map(({ pid }) => pid)).toContain(child.pid));
    expect(seen.started.findLast(({ pid }) => pid === child.pid)).toMatchObject({
      executable: realpathSync(program),
      argv: [program, '30'],
    });
    expect(seen.ended).not.toContain(child.pid);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(seen.ended).toContain(child.pid));
    expect(seen.broken).toEqual([]);
  });

  it('tells when a process becomes another program', async () => {
    using programs = new ProgramFolder();
    const program = programs.add('some game');
    const script = programs.addScript('start.sh', `#!/bin/sh\nsleep 0.4\nexec '${program}' 30\n`);
    const seen = watch(create());
    const child = await programs.start(script);
    const executables = () => seen.started.filter(({ pid }) => pid === child.pid).map((it) => it.executable);
    await vi.waitFor(() => expect(executables()).toEqual([realpathSync('/bin/sh'), realpathSync(program)]));
    expect(seen.ended).not.toContain(child.pid);
  });

  it('lists what ran before it started, and reads one process', async () => {
    using programs = new ProgramFolder();
    const child = await programs.start(programs.add('early game'), '30');
    const watcher = create();
    watch(watcher);
    expect(watcher.list().map(({ pid }) => pid)).toContain(child.pid);
    expect(watcher.read(child.pid)).toMatchObject({ pid: child.pid });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(watcher.read(child.pid)).toBeUndefined();
    expect(watcher.list().map(({ pid }) => pid)).not.toContain(child.pid);
  });

  it('sees every game among five hundred short-lived processes', async () => {
    using programs = new ProgramFolder();
    const game = realpathSync(programs.add('games/some game'));
    const seen = watch(create());
    const aliveSeconds = String(expected.certainAfterMs / 1000);
    const gamePids: number[] = [];
    for (let batch = 0; batch < 10; batch += 1) {
      const noise = programs.start('/bin/sh', '-c', 'for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done');
      const children = await Promise.all([
        ...Array.from({ length: 35 }, () => programs.start('/bin/true')),
        ...Array.from({ length: 4 }, async () => {
          const child = await programs.start(game, aliveSeconds);
          gamePids.push(child.pid);
          return child;
        }),
        noise,
      ]);
      await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
    }
    await vi.waitFor(() => expect(seen.ended).toEqual(expect.arrayContaining(gamePids)));
    const games = seen.started.filter(({ executable }) => executable === game).map(({ pid }) => pid);
    expect(new Set(games)).toEqual(new Set(gamePids));
    expect(games.length).toBe(gamePids.length);
    expect(seen.broken).toEqual([]);
  });

  it(`tells of a start within ${expected.typicalLatencyMs} ms in the median`, async () => {
    using programs = new ProgramFolder();
    const program = programs.add('some game');
    const watcher = create();
    const noticedMs = new Map<number, number>();
    watcher.start({
      mayWait: () => false,
      onStart: ({ pid }) => void (noticedMs.has(pid) || noticedMs.set(pid, performance.now())),
      onFork: () => undefined,
      onEnd: () => undefined,
      onMissed: () => undefined,
      onLost: () => undefined,
      onBroken: () => undefined,
    });
    onTestFinished(() => watcher[Symbol.dispose]());
    const latencies: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      await delay(20 + round * 7);
      const beforeMs = performance.now();
      const child = await programs.start(program, '30');
      const toldMs = await vi.waitFor(
        () => {
          const at = noticedMs.get(child.pid);
          if (at === undefined) throw new Error('not seen yet');
          return at;
        },
        { interval: 5 },
      );
      latencies.push(toldMs - beforeMs);
      child.kill('SIGKILL');
    }
    latencies.sort((one, other) => one - other);
    const [least, median, most] = [latencies[0], latencies[7], latencies[14]].map((ms) => ms?.toFixed(1));
    console.log(
      `${watcher.mechanism}: start to notice ${least} / ${median} / ${most} ms (least, median, most)`,
    );
    expect(latencies[7]).toBeLessThan(expected.typicalLatencyMs);
  });

  it('tells nothing more once disposed', async () => {
    using programs = new ProgramFolder();
    const watcher = create();
    const seen = watch(watcher);
    watcher[Symbol.dispose]();
    await programs.start(programs.add('some game'), '30');
    await delay(300);
    expect(seen).toEqual({ started: [], forked: [], ended: [], missed: 0, lost: 0, broken: [] });
    watcher[Symbol.dispose]();
  });
}
