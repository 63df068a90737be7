import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ProcOthersLoad } from '../../../../src/agent/games/signals/others-load.linux.ts';
import { ProcessTreeTime, usedTicks } from '../../../../src/agent/games/signals/process-tree-time.linux.ts';
import { parseProcessorTicks } from '../../../../src/agent/games/signals/processor-ticks.linux.ts';

const BUSY = 'while :; do :; done';

function run(script: string): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  // The whole group: what the shell started does not end with it.
  onTestFinished(() => {
    try {
      process.kill(-Number(child.pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  });
  return child;
}

describe.skipIf(process.platform !== 'linux')('ProcessTreeTime', () => {
  it('counts what a process, its children and theirs use', async () => {
    const tree = run(`sh -c '(${BUSY}) & ${BUSY}' & wait`);
    const time = new ProcessTreeTime();
    await vi.waitFor(() => expect(time.ticks([Number(tree.pid)])).toBeGreaterThan(20), { timeout: 10_000 });
  });

  it('does not forget children that ended', async () => {
    const tree = run('(i=0; while [ $i -lt 600000 ]; do i=$((i+1)); done); echo done; sleep 60');
    const time = new ProcessTreeTime();
    if (tree.stdout === null) throw new Error('no output');
    await once(tree.stdout, 'data');
    const ticks = time.ticks([Number(tree.pid)]);
    expect(ticks).toBeGreaterThan(5);
    await delay(200);
    expect(time.ticks([Number(tree.pid)])).toBeGreaterThanOrEqual(ticks);
  });

  it('counts nobody twice, and nobody who is not there', () => {
    const time = new ProcessTreeTime();
    expect(time.ticks([])).toBe(0);
    expect(time.ticks([2 ** 22 + 5, -1, 0])).toBe(0);
    const once = time.ticks([process.pid]);
    expect(time.ticks([process.pid, process.pid])).toBeLessThan(once + 20);
  });

  it('reads names that look like numbers and parentheses', () => {
    const rest = 'S 1 1 1 0 -1 0 0 0 0 0 10 20 30 40 20 0 1 0 5';
    expect(usedTicks(`7 (a) b (1 2 3) ${rest}`)).toBe(100);
    expect(usedTicks('7 (cut) S 1')).toBeUndefined();
    expect(usedTicks('')).toBeUndefined();
  });
});

describe('parseProcessorTicks', () => {
  it('counts waiting for disks as idle and a hypervisor’s share as nobody’s work', () => {
    const text = 'cpu  10 20 30 400 50 6 7 80 9 9\ncpu0 1 2 3 4\n';
    expect(parseProcessorTicks(text)).toEqual({ busy: 73, total: 603 });
  });

  it('reads an old kernel’s four columns, and nothing else', () => {
    expect(parseProcessorTicks('cpu  1 2 3 4\n')).toEqual({ busy: 6, total: 10 });
    expect(parseProcessorTicks('')).toBeUndefined();
    expect(parseProcessorTicks('cpu0 1 2 3 4')).toBeUndefined();
    expect(parseProcessorTicks('cpu  1')).toBeUndefined();
  });
});

describe.skipIf(process.platform !== 'linux')('ProcOthersLoad', () => {
  it('sees the load of another program, and takes it off when it is ours', { timeout: 60_000 }, async () => {
    const burner = run(`${BUSY} & ${BUSY}`);
    const pids: number[] = [process.pid];
    using strangers = new ProcOthersLoad(() => [], 250);
    using ours = new ProcOthersLoad(() => [...pids, Number(burner.pid)], 250);
    await Promise.all([strangers.start(), ours.start()]);
    // Other tests may keep the machine busy too: only the difference is certain, and it is large.
    await vi.waitFor(
      () => {
        const all = strangers.value.processor ?? 0;
        const others = ours.value.processor ?? 1;
        expect(all).toBeGreaterThan(0.25 / availableParallelism());
        expect(all - others).toBeGreaterThan(0.2 / availableParallelism());
      },
      { timeout: 30_000 },
    );
  });

  it('knows nothing at its first look', async () => {
    using signal = new ProcOthersLoad(() => [process.pid]);
    await signal.start();
    expect(signal.value).toEqual({ processor: null });
  });
});
