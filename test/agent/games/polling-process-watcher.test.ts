import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  PollingProcessWatcher,
  type ProcessSource,
} from '../../../src/agent/games/polling-process-watcher.ts';
import { processFacts } from '../../support/process-facts.ts';

/** Processes that the test sets, told as newcomers where the test says so. */
class SetProcesses implements ProcessSource {
  readonly pids = new Set<number>([1]);
  newPids: readonly number[] | undefined;
  snapshots = 0;

  snapshot(): ReadonlyMap<number, string> {
    this.snapshots += 1;
    return new Map([...this.pids].map((pid) => [pid, '']));
  }

  newcomers(): ReadonlyMap<number, string> | undefined {
    return this.newPids && new Map(this.newPids.map((pid) => [pid, '']));
  }

  read(pid: number) {
    return this.pids.has(pid) ? processFacts(pid, `/opt/program-${pid}`) : undefined;
  }
}

function open(source: SetProcesses, periods = { hurriedMs: 20, calmMs: 3_600_000 }) {
  const watcher = new PollingProcessWatcher({ mechanism: 'set-by-test', source, periods });
  onTestFinished(() => watcher[Symbol.dispose]());
  const started: number[] = [];
  const ended: number[] = [];
  const broken: Error[] = [];
  watcher.start({
    mayWait: () => false,
    onStart: ({ pid }) => void started.push(pid),
    onFork: () => undefined,
    onEnd: (pid) => void ended.push(pid),
    onMissed: () => undefined,
    onLost: () => undefined,
    onBroken: (error) => void broken.push(error),
  });
  return { watcher, started, ended, broken };
}

describe('PollingProcessWatcher', () => {
  it('tells of newcomers without a list of all, and of ends by one', async () => {
    const source = new SetProcesses();
    source.newPids = [];
    const { started, ended } = open(source);
    source.pids.add(7);
    source.newPids = [7];
    await vi.waitFor(() => expect(started).toContain(7));
    source.newPids = [];
    source.pids.delete(7);
    await vi.waitFor(() => expect(ended).toEqual([7]), { timeout: 5_000 });
    const snapshots = source.snapshots;
    await vi.waitFor(() => expect(source.snapshots).toBeGreaterThan(snapshots), { timeout: 5_000 });
    expect(started.filter((pid) => pid === 7)).toEqual([7]);
  });

  it('tells at once what is new when the hurry begins', async () => {
    const source = new SetProcesses();
    const { watcher, started } = open(source);
    watcher.hurry(false);
    source.pids.add(8);
    watcher.hurry(true);
    expect(started).toContain(8);
    source.pids.add(9);
    await vi.waitFor(() => expect(started).toContain(9));
  });

  it('says so when a look fails, and looks no more', async () => {
    const source = new SetProcesses();
    const { watcher, broken } = open(source);
    vi.spyOn(source, 'snapshot').mockImplementation(() => {
      throw new Error('it broke');
    });
    await vi.waitFor(() => expect(broken).toHaveLength(1), { timeout: 5_000 });
    watcher.hurry(false);
    watcher.hurry(true);
    expect(broken).toHaveLength(1);
  });
});
