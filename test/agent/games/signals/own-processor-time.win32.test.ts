import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnProcessorTime } from '../../../../src/agent/games/signals/own-processor-time.win32.ts';

interface FakeProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly createdAt: bigint;
  readonly used: number;
}

function process(pid: number, parentPid: number, createdAt: number, used: number): FakeProcess {
  return { pid, parentPid, createdAt: BigInt(createdAt), used };
}

function add(own: OwnProcessorTime, roots: number[], now: number, ...processes: FakeProcess[]): number {
  const timesOf = (pid: number) => processes.find((candidate) => candidate.pid === pid);
  return own.add(roots, processes, timesOf, BigInt(now));
}

describe("our processes' time on the processors", () => {
  it('grows by what they and their descendants used', () => {
    const own = new OwnProcessorTime();
    const stranger = process(9, 1, 5, 1_000);
    const before = add(own, [2], 100, process(2, 1, 10, 50), process(3, 2, 20, 70), stranger);
    const after = add(own, [2], 200, process(2, 1, 10, 55), process(3, 2, 20, 71), {
      ...stranger,
      used: 9_000,
    });
    expect(after - before).toBe(6);
  });

  it('has all of a process that began since, and keeps what an ended one had', () => {
    const own = new OwnProcessorTime();
    const agent = process(2, 1, 10, 50);
    const before = add(own, [2], 100, agent);
    const during = add(own, [2], 200, agent, process(3, 2, 150, 30));
    expect(during - before).toBe(30);
    expect(add(own, [2], 300, agent)).toBe(during);
    // Its pid is given to another worker.
    expect(add(own, [2], 400, agent, process(3, 2, 350, 7)) - during).toBe(7);
  });

  it('has of a process that became ours only what it used since', () => {
    const own = new OwnProcessorTime();
    const [agent, shell] = [process(2, 1, 10, 50), process(7, 1, 5, 4_000)];
    const before = add(own, [2], 100, agent, shell);
    expect(add(own, [2, 7], 200, agent, shell)).toBe(before);
    expect(add(own, [2, 7], 300, agent, { ...shell, used: 4_010 }) - before).toBe(10);
  });

  it("does not take a stranger for a child because its parent's pid is ours now", () => {
    const own = new OwnProcessorTime();
    const agent = process(2, 1, 1_000, 50);
    const orphan = process(8, 2, 500, 60);
    const before = add(own, [2], 2_000, agent, orphan);
    expect(add(own, [2], 3_000, agent, { ...orphan, used: 900 })).toBe(before);
  });

  it('ends with any tangle of parents, and never shrinks', () => {
    const pid = fc.integer({ min: 1, max: 8 });
    const anyProcess = fc.record({
      pid,
      parentPid: pid,
      createdAt: fc.bigInt({ min: 0n, max: 50n }),
      used: fc.integer({ min: 0, max: 1_000 }),
    });
    const snapshot = fc.uniqueArray(anyProcess, { selector: (candidate) => candidate.pid });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(pid), snapshot)), (looks) => {
        const own = new OwnProcessorTime();
        let sum = 0;
        looks.forEach(([roots, processes], index) => {
          const next = add(own, roots, index * 10, ...processes);
          expect(next).toBeGreaterThanOrEqual(sum);
          sum = next;
        });
      }),
    );
  });
});
