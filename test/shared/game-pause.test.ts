import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pauseFigures } from '../../src/shared/game-pause.ts';
import { gamePause } from '../support/game-pause.ts';

it('gives the median and the slowest of the pauses that had a worker to stop', () => {
  const pauses = [41, 12, null, 30, 900].map((seenToStoppedMs) => gamePause({ seenToStoppedMs }));
  expect(pauseFigures(pauses)).toEqual({ count: 4, medianMs: 35.5, slowestMs: 900 });
  expect(pauseFigures(pauses.slice(0, 3))).toEqual({ count: 2, medianMs: 26.5, slowestMs: 41 });
  expect(pauseFigures([gamePause({ seenToStoppedMs: null })])).toBeNull();
});

it('has a median with as many pauses below as above, whatever their order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 50 }), (latencies) => {
      const figures = pauseFigures(latencies.map((seenToStoppedMs) => gamePause({ seenToStoppedMs })));
      if (figures === null) throw new Error('There were latencies.');
      expect(figures.slowestMs).toBe(Math.max(...latencies));
      const below = latencies.filter((ms) => ms < figures.medianMs).length;
      const above = latencies.filter((ms) => ms > figures.medianMs).length;
      expect(Math.max(below, above)).toBeLessThanOrEqual(latencies.length / 2);
    }),
  );
});
