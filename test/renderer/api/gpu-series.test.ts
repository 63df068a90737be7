import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GpuSeries } from '../../../src/renderer/api/gpu-series.ts';
import { gpuHistory, gpuSample } from '../../support/dashboard-gpu-fixtures.ts';

const HOUR_MS = 3_600_000;

it('keeps what was told beside its time, and NaN where nothing was', () => {
  const series = new GpuSeries();
  series.append(gpuSample({ atMs: 1000, temperatureC: 50 }));
  series.append(gpuSample({ atMs: 1500, temperatureC: null }));
  expect([...series.times]).toEqual([1000, 1500]);
  expect([...series.column('temperatureC')]).toEqual([50, Number.NaN]);
  expect(series.lastAtMs).toBe(1500);
});

it('refuses a reading that is not newer', () => {
  const series = new GpuSeries();
  expect(series.append(gpuSample({ atMs: 1000 }))).toBe(true);
  expect(series.append(gpuSample({ atMs: 1000 }))).toBe(false);
  expect(series.append(gpuSample({ atMs: 900 }))).toBe(false);
  expect(series.length).toBe(1);
});

it('puts the past before the readings that arrived while it was fetched', () => {
  const series = new GpuSeries();
  series.append(gpuSample({ atMs: 10_000, temperatureC: 1 }));
  series.append(gpuSample({ atMs: 10_500, temperatureC: 2 }));
  series.seed(gpuHistory({ readings: 4, endsAtMs: 10_000 }));
  expect([...series.times]).toEqual([8500, 9000, 9500, 10_000, 10_500]);
  expect(series.column('temperatureC').at(-1)).toBe(2);
});

it('keeps the newer readings whole when the past is empty', () => {
  const series = new GpuSeries();
  series.append(gpuSample({ atMs: 10_000, temperatureC: 33 }));
  series.seed(gpuHistory({ readings: 0 }));
  expect([...series.column('temperatureC')]).toEqual([33]);
});

it('holds exactly the last hour, in order, however long it runs', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 400, max: 60_000 }), { maxLength: 400 }), (gaps) => {
      const series = new GpuSeries();
      let atMs = 0;
      const all: number[] = [];
      for (const gap of gaps) {
        atMs += gap;
        all.push(atMs);
        series.append(gpuSample({ atMs, powerMilliwatts: atMs }));
      }
      const kept = all.filter((at) => at >= atMs - HOUR_MS);
      expect([...series.times]).toEqual(kept);
      expect([...series.column('powerMilliwatts')]).toEqual(kept);
    }),
    { numRuns: 50 },
  );
});

it('holds an hour at two readings a second after many hours', () => {
  const series = new GpuSeries();
  for (let row = 0; row < 40_000; row++) series.append(gpuSample({ atMs: row * 500, fanPercent: row % 100 }));
  expect(series.length).toBe(7201);
  expect(series.times[0]).toBe(39_999 * 500 - HOUR_MS);
  expect(series.column('fanPercent').at(-1)).toBe(99);
});

it('holds the newest readings when they come faster than it has room for', () => {
  const series = new GpuSeries();
  for (let row = 0; row < 50_000; row++) series.append(gpuSample({ atMs: row }));
  expect(series.lastAtMs).toBe(49_999);
  expect(series.length).toBeGreaterThanOrEqual(8192);
  expect(series.times[0]).toBe(50_000 - series.length);
});
