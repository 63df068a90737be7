import { spawnSync } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ProcReader } from '../../../src/agent/games/proc-reader.linux.ts';
import { ProcConnectorWatcher } from '../../../src/agent/games/process-watcher.linux.ts';
import { ProgramFolder } from '../../support/game-process.ts';
import { itWatchesProcesses, watch } from '../../support/process-watcher-behaviour.ts';

const refusal = process.platform === 'linux' ? whyNotHere() : 'this is not Linux';

function whyNotHere(): string | undefined {
  try {
    new ProcConnectorWatcher(new ProcReader())[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

const title = refusal === undefined ? 'ProcConnectorWatcher' : `ProcConnectorWatcher (not here: ${refusal})`;
describe.skipIf(refusal !== undefined)(`${title}, without hurry`, () => {
  itWatchesProcesses(
    () => {
      const watcher = new ProcConnectorWatcher(new ProcReader());
      watcher.hurry(false);
      return watcher;
    },
    { certainAfterMs: 800, typicalLatencyMs: 400 },
  );

  it('tells at once what it has gathered when the hurry begins', async () => {
    using programs = new ProgramFolder();
    const watcher = new ProcConnectorWatcher(new ProcReader());
    watcher.hurry(false);
    const seen = watch(watcher);
    const child = await programs.start(programs.add('some game'), '30');
    watcher.hurry(true);
    expect(seen.started.map(({ pid }) => pid)).toContain(child.pid);
  });
});

describe.skipIf(refusal !== undefined)(title, () => {
  it('does not tell of programs that may wait, but that something was missed', async () => {
    using programs = new ProgramFolder();
    const watcher = new ProcConnectorWatcher(new ProcReader());
    onTestFinished(() => watcher[Symbol.dispose]());
    const plain = programs.add('plain tool');
    const asked: string[] = [];
    const told: string[] = [];
    let missed = 0;
    watcher.start({
      mayWait: (_pid, executable) => {
        asked.push(executable);
        return executable === plain;
      },
      onStart: ({ executable }) => void told.push(executable),
      onFork: () => undefined,
      onEnd: () => undefined,
      onMissed: () => {
        missed += 1;
      },
      onLost: () => undefined,
      onBroken: () => undefined,
    });
    const game = programs.add('some game');
    await programs.start(plain, '30');
    await programs.start(game, '30');
    await vi.waitFor(() => expect(told).toContain(game));
    await vi.waitFor(() => expect(missed).toBeGreaterThan(0), { timeout: 5000 });
    expect(asked).toContain(plain);
    expect(told).not.toContain(plain);
  });

  itWatchesProcesses(() => new ProcConnectorWatcher(new ProcReader()), {
    certainAfterMs: 500,
    typicalLatencyMs: 20,
  });

  it('tells where promises go on at once', async () => {
    using programs = new ProgramFolder();
    const watcher = new ProcConnectorWatcher(new ProcReader());
    onTestFinished(() => watcher[Symbol.dispose]());
    const program = programs.add('some game');
    const hopMs = await new Promise<number>((resolve, reject) => {
      watcher.start({
        mayWait: () => false,
        onStart: async () => {
          const toldMs = performance.now();
          await Promise.resolve();
          resolve(performance.now() - toldMs);
        },
        onFork: () => undefined,
        onEnd: () => undefined,
        onMissed: () => undefined,
        onLost: () => undefined,
        onBroken: reject,
      });
      programs.start(program, '30').catch(reject);
    });
    expect(hopMs).toBeLessThan(5);
  });

  it('says so when events were lost, and goes on', async () => {
    using programs = new ProgramFolder();
    const seen = watch(new ProcConnectorWatcher(new ProcReader(), 16_384));
    // Nobody reads while this runs.
    spawnSync('/bin/sh', ['-c', 'i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i+1)); done']);
    await vi.waitFor(() => expect(seen.lost).toBeGreaterThan(0));
    const child = await programs.start(programs.add('some game'), '30');
    await vi.waitFor(() => expect(seen.started.map(({ pid }) => pid)).toContain(child.pid));
    expect(seen.broken).toEqual([]);
  });
});
