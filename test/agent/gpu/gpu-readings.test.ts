import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GpuReadings } from '../../../src/agent/gpu/gpu-readings.ts';
import { gpuSample } from '../../support/gpu-samples.ts';

test('gives the readings of a span, oldest first, in columns of one length', () => {
  const readings = new GpuReadings(10);
  for (const atMs of [1000, 2000, 3000]) {
    readings.add(gpuSample({ atMs, temperatureC: atMs / 100, memoryTemperatureC: null }));
  }
  expect(readings.since(2000)).toMatchObject({
    atMs: [2000, 3000],
    temperatureC: [20, 30],
    memoryTemperatureC: [null, null],
    powerMilliwatts: [12_000, 12_000],
    memoryUsedBytes: [500_000_000, 500_000_000],
  });
});

test('holds the latest readings and no more, whatever their number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(60), (kept, count) => {
      const readings = new GpuReadings(kept);
      for (let index = 0; index < count; index += 1) readings.add(gpuSample({ atMs: index }));
      const expected = Array.from({ length: count }, (_, index) => index).slice(-kept);
      expect(readings.since(0).atMs).toEqual(expected);
    }),
  );
});
