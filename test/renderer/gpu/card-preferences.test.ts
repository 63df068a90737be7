import { expect, it } from 'vitest';
import {
  powerOfShare,
  preferencesChange,
  preferencesOf,
  targetRanges,
  targetsOfPreset,
} from '../../../src/renderer/gpu/card-preferences.ts';
import { DEFAULT_GPU_PREFERENCES, GPU_PRESETS } from '../../../src/shared/gpu-preferences.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';
import { gpuDevice } from '../../support/dashboard-gpu-fixtures.ts';

const quiet = { ...DEFAULT_GPU_PREFERENCES, preset: 'quiet' as const };

it('gives a card of its own what every card has, and leaves the others', () => {
  const gpu = { ...DEFAULT_SETTINGS.gpu, cards: { 'GPU-a': quiet } };
  expect(preferencesOf(gpu, 'GPU-a')).toEqual(quiet);
  expect(preferencesOf(gpu, 'GPU-b')).toEqual(DEFAULT_GPU_PREFERENCES);
  expect(preferencesChange('GPU-b', { enabled: false })({ ...DEFAULT_SETTINGS, gpu })).toEqual({
    gpu: { cards: { 'GPU-a': quiet, 'GPU-b': { ...DEFAULT_GPU_PREFERENCES, enabled: false } } },
  });
});

it('keeps the user’s own targets for the custom preset', () => {
  const custom = { targetTemperatureC: 60, powerPercent: 55, fanCeilingPercent: 40 };
  expect(targetsOfPreset('custom', { ...quiet, custom })).toEqual(custom);
  expect(targetsOfPreset('max', { ...quiet, custom })).toEqual(GPU_PRESETS.max);
});

it('turns a share of the power into watts that the card takes', () => {
  const range = { minimumMilliwatts: 150_000, maximumMilliwatts: 320_000, defaultMilliwatts: 250_000 };
  expect(powerOfShare(80, range)).toBe(200_000);
  expect(powerOfShare(50, range)).toBe(150_000);
  expect(powerOfShare(80, null)).toBeNull();
});

it('offers what the card can do and the settings allow', () => {
  expect(targetRanges(gpuDevice())).toEqual({
    temperatureC: [40, 95],
    powerPercent: [50, 100],
    safetyTemperatureC: [60, 96],
  });
  const range = { minimumMilliwatts: 200_000, maximumMilliwatts: 320_000, defaultMilliwatts: 250_000 };
  expect(targetRanges(gpuDevice({ powerLimitRange: range, slowdownTemperatureC: 87 }))).toEqual({
    temperatureC: [40, 86],
    powerPercent: [80, 100],
    safetyTemperatureC: [60, 87],
  });
  expect(targetRanges(gpuDevice({ powerLimitRange: null, slowdownTemperatureC: null }))).toEqual({
    temperatureC: [40, 95],
    powerPercent: [50, 100],
    safetyTemperatureC: [60, 100],
  });
});
