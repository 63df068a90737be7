import { expect, it } from 'vitest';
import { type ChartSubject, chartSpecs } from '../../../../src/renderer/gpu/charts/chart-specs.ts';
import { createI18n } from '../../../../src/renderer/i18n/create-i18n.ts';
import { GPU_PRESETS } from '../../../../src/shared/gpu-preferences.ts';
import { gpuDevice } from '../../../support/dashboard-gpu-fixtures.ts';

const { t } = createI18n(['en']);
const subject: ChartSubject = {
  device: gpuDevice(),
  targets: GPU_PRESETS.quiet,
  safetyTemperatureC: 87,
  memoryHeadroomBytes: 1024 ** 3,
  powerLimitMilliwatts: 285_000,
  wishedPowerMilliwatts: 171_000,
  has: { memoryTemperature: true, power: true, fan: true },
};
const specs = (change: Partial<ChartSubject> = {}) => chartSpecs({ ...subject, ...change }, t, 'en');
const labels = (id: string, change: Partial<ChartSubject> = {}) =>
  specs(change)
    .find((spec) => spec.id === id)
    ?.marks.map(({ label }) => label.replaceAll('\u00a0', ' '));

it('compares the temperature with the target and with where Gata stops', () => {
  expect(labels('temperature')).toEqual(['Target 62 °C', 'Stop at 87 °C']);
});

it('compares the power with the limit that is set, and with the target while that is not met', () => {
  expect(labels('power')).toEqual(['Target 171 W', 'Limit 285 W']);
  expect(labels('power', { powerLimitMilliwatts: 171_000 })).toEqual(['Limit 171 W']);
  expect(labels('power', { powerLimitMilliwatts: null, wishedPowerMilliwatts: null })).toEqual([]);
});

it('compares the fan with its ceiling, where there is one', () => {
  expect(labels('fan')).toEqual(['Ceiling 45 %']);
  expect(labels('fan', { targets: GPU_PRESETS.max })).toEqual([]);
});

it('leaves out what the card does not measure', () => {
  const has = { memoryTemperature: false, power: false, fan: false };
  expect(specs({ has }).map(({ id }) => id)).toEqual(['temperature', 'utilisation', 'memory']);
  expect(specs({ has })[0]?.lines).toHaveLength(1);
});

it('has room for every reading and every mark', () => {
  for (const spec of specs()) {
    const extent = { lowest: 21, highest: 103 };
    const [lowest, highest] = spec.bounds(extent);
    expect(highest).toBeGreaterThan(lowest);
    for (const { value } of spec.marks) {
      expect(value).toBeGreaterThanOrEqual(lowest);
      expect(value).toBeLessThanOrEqual(highest);
    }
  }
  expect(specs()[0]?.bounds({ lowest: 21, highest: 103 })).toEqual([20, 110]);
});
