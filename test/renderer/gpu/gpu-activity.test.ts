import { expect, it } from 'vitest';
import { gpuActivity } from '../../../src/renderer/gpu/gpu-activity.ts';
import { DEFAULT_GPU_PREFERENCES } from '../../../src/shared/gpu-preferences.ts';
import { gamePausedState, readyState, runningJob, workingState } from '../../support/dashboard-fixtures.ts';
import { gpuSample, gpuView } from '../../support/dashboard-gpu-fixtures.ts';

const onCard = workingState(runningJob({ provider: 'cuda' }));

it('tells a card that works from one that waits', () => {
  expect(gpuActivity(gpuView(), onCard, 1)).toBe('working');
  expect(gpuActivity(gpuView({ dutyCycle: 0.6 }), onCard, 1)).toBe('paced');
  expect(gpuActivity(gpuView(), readyState(), 1)).toBe('ready');
  expect(gpuActivity(gpuView(), undefined, 1)).toBe('ready');
});

it('takes no job on the processor for the card’s', () => {
  expect(gpuActivity(gpuView(), workingState(runningJob({ provider: 'cpu' })), 1)).toBe('ready');
});

it('takes only a busy one of several cards for the one that works', () => {
  const idle = gpuView({ sample: gpuSample({ utilisationPercent: 0 }) });
  expect(gpuActivity(idle, onCard, 2)).toBe('ready');
  expect(gpuActivity(idle, onCard, 1)).toBe('working');
});

it('says first what keeps the card from working', () => {
  const forbidden = gpuView({ preferences: { ...DEFAULT_GPU_PREFERENCES, enabled: false }, mayRun: false });
  expect(gpuActivity(forbidden, onCard, 1)).toBe('forbidden');
  expect(gpuActivity(gpuView({ mayRun: false }), gamePausedState(), 1)).toBe('stopped');
  expect(gpuActivity(gpuView(), gamePausedState(), 1)).toBe('resting');
});
