import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitProtections, processLimits, workerLimits } from '../../../src/agent/sandbox/resource-limits.ts';

const GIB = 1024 ** 3;
const machines = fc.record({
  memoryBytes: fc.integer({ min: GIB, max: 4096 * GIB }),
  processors: fc.integer({ min: 1, max: 1024 }),
});

describe('workerLimits', () => {
  it('leaves two workers room on any machine, and ONNX Runtime its threads', () => {
    fc.assert(
      fc.property(machines, (machine) => {
        const limits = workerLimits(machine);
        expect(limits.memoryBytes).toBeGreaterThanOrEqual(GIB);
        expect(2 * limits.memoryBytes).toBeLessThanOrEqual(Math.max(machine.memoryBytes, 2 * GIB));
        // Inside and between operators, and some thirty of Node and the driver.
        expect(limits.tasks).toBeGreaterThanOrEqual(2 * machine.processors + 30);
      }),
    );
  });
});

describe('processLimits', () => {
  it('are whole and positive, as the launcher takes them', () => {
    fc.assert(
      fc.property(machines, (machine) => {
        for (const limit of Object.values(processLimits(machine))) {
          expect(Number.isSafeInteger(limit) && limit > 0).toBe(true);
        }
      }),
    );
  });
});

describe('limitProtections', () => {
  it('says whether the kernel or Gata keeps to them', () => {
    const limits = workerLimits({ memoryBytes: 16 * GIB, processors: 8 });
    const byGata = limitProtections(limits, false);
    const bySystem = limitProtections(limits, true);
    expect(byGata.map(({ code }) => code)).toEqual(['memory', 'process-count', 'cpu-time']);
    expect(byGata[0]?.detail).toMatch(/Gata looks.*8\.0 GiB/);
    expect(bySystem[0]?.detail).toMatch(/The system gives.*8\.0 GiB/);
  });
});
