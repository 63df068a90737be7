import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcessFacts } from '../../../../src/agent/games/process-watcher.ts';
import { ProcessTable } from '../../../../src/agent/games/sessions/process-table.ts';
import { processFacts } from '../../../support/process-facts.ts';

function tableOf(...list: readonly ProcessFacts[]): ProcessTable {
  const table = new ProcessTable(() => [4]);
  table.settle(list);
  return table;
}

describe('ProcessTable', () => {
  it('remembers who started a process when that has ended', () => {
    const table = tableOf(processFacts(10, '/opt/store'));
    table.started(processFacts(11, '/opt/launcher', { parentPid: 10 }));
    table.started(processFacts(12, '/opt/game', { parentPid: 11 }));
    table.ended(11);
    table.ended(10);
    // The system now names another parent.
    expect(table.started(processFacts(12, '/opt/game', { parentPid: 1 }))).toBeUndefined();
    expect(table.get(12)?.ancestors).toEqual([['/opt/launcher'], ['/opt/store']]);
  });

  it('remembers what ran in a process before, but not twice what a fork ran', () => {
    const table = tableOf(processFacts(10, '/bin/bash', { argv: ['bash'] }));
    table.forked(11, 10);
    expect(table.get(11)).toMatchObject({ isFork: true, programs: ['/bin/bash', 'bash'] });
    table.started(processFacts(11, '/bin/sh', { parentPid: 10, argv: ['sh', 'play.sh'] }));
    table.started(processFacts(11, '/opt/game', { parentPid: 10 }));
    expect(table.get(11)).toMatchObject({ isFork: false, programs: ['/opt/game'] });
    expect(table.get(11)?.ancestors).toEqual([['sh', 'play.sh'], ['bash']]);
  });

  it('tells a pid that was given away again by the identity of the process', () => {
    const table = tableOf(processFacts(10, '/opt/game'));
    const child = table.started(processFacts(11, '/opt/helper', { parentPid: 10 }));
    const other = table.started(processFacts(10, '/bin/ls', { identity: '2' }));
    expect(other?.ancestors).toEqual([]);
    expect(table.get(10)).toBe(other);
    if (child !== undefined) expect(table.parentOf(child)).toBeUndefined();
  });

  it('takes a younger process for no parent: it only has the pid of one that is gone', () => {
    const table = tableOf(processFacts(10, '/opt/new', { startOrder: 9 }));
    const child = table.started(processFacts(11, '/opt/old', { parentPid: 10, startOrder: 5 }));
    expect(child).toMatchObject({ ancestors: [], parentPid: 0 });
  });

  it('keeps the program of a process whose first thread has ended', () => {
    const table = tableOf(processFacts(10, '/opt/game'));
    expect(table.started(processFacts(10, 'game', { argv: [] }))).toBeUndefined();
    expect(table.get(10)?.programs).toEqual(['/opt/game']);
  });

  it('knows its own processes and what they start', () => {
    const table = tableOf(processFacts(5, '/worker', { parentPid: 4 }), processFacts(4, '/agent'));
    table.forked(6, 5);
    expect([4, 5, 6].map((pid) => table.get(pid)?.isOwn)).toEqual([true, true, true]);
    expect(tableOf(processFacts(7, '/other')).get(7)?.isOwn).toBe(false);
  });

  it('is not misled by processes that are their own ancestors', () => {
    const table = tableOf(
      processFacts(10, '/a', { parentPid: 12 }),
      processFacts(11, '/b', { parentPid: 10 }),
      processFacts(12, '/c', { parentPid: 11 }),
      processFacts(13, '/d', { parentPid: 13 }),
    );
    expect(table.size).toBe(4);
    expect(table.forked(13, 13)).toBeUndefined();
  });

  it('drops what is gone and tells what is new without looking at the rest', () => {
    const table = tableOf(processFacts(10, '/a'), processFacts(11, '/b'));
    table.forked(12, 10);
    const { ended, unknown } = table.compare([10, 12, 13]);
    expect(ended.map(({ pid }) => pid)).toEqual([11]);
    expect(unknown).toEqual([12, 13]);
  });

  it('follows a hundred thousand processes', () => {
    const list = Array.from({ length: 100_000 }, (_, index) =>
      processFacts(index + 2, `/usr/bin/p${index % 50}`, { parentPid: index + 1, startOrder: index }),
    );
    const startedMs = performance.now();
    // The youngest first, which is the worst order for parents.
    const table = tableOf(...list.toReversed());
    const last = list.at(-1);
    if (last === undefined) throw new Error('no process');
    expect(table.get(last.pid)?.ancestors).toHaveLength(16);
    expect(table.settle(list).changed).toEqual([]);
    for (const { pid } of list) table.ended(pid);
    expect(table.size).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('holds exactly what was listed, whatever was told before', () => {
    const pid = fc.integer({ min: 2, max: 9 });
    const process = fc
      .record({
        pid,
        parentPid: fc.integer({ min: 0, max: 9 }),
        startOrder: fc.option(fc.integer({ min: 0, max: 3 })),
        identity: fc.constantFrom('1', '2'),
        executable: fc.constantFrom('/a', '/b', 'bare', ''),
      })
      .map(({ executable, ...facts }) => processFacts(facts.pid, executable, facts));
    const event = fc.oneof(
      process.map((facts) => (table: ProcessTable) => table.started(facts)),
      fc.tuple(pid, pid).map(
        ([child, parent]) =>
          (table: ProcessTable) =>
            table.forked(child, parent),
      ),
      pid.map((gone) => (table: ProcessTable) => table.ended(gone)),
    );
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 40 }),
        fc.uniqueArray(process, { selector: (it) => it.pid }),
        (events, list) => {
          const table = new ProcessTable(() => []);
          for (const happen of events) happen(table);
          for (const it of table.values()) expect(table.parentOf(it)?.order ?? -1).toBeLessThan(it.order);
          table.settle(list);
          const pids = new Set([...table.values()].map((it) => it.pid));
          expect(pids).toEqual(new Set(list.map((it) => it.pid)));
          for (const facts of list) expect(table.get(facts.pid)?.facts.identity).toBe(facts.identity);
          const order = [...table.values()];
          for (const it of order) {
            const parent = table.parentOf(it);
            if (parent !== undefined) expect(order.indexOf(parent)).toBeLessThan(order.indexOf(it));
          }
        },
      ),
    );
  });
});
