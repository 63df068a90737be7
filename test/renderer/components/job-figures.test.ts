import { expect, it } from 'vitest';
import { jobTokensPerSecond, waitedMs } from '../../../src/renderer/components/job-figures.ts';
import { jobView } from '../../support/dashboard-fixtures.ts';

it('measures the wait from acceptance to start', () => {
  const job = jobView({ acceptedAt: '2026-11-20T12:00:00.000Z', startedAt: '2026-11-20T12:00:00.250Z' });
  expect(waitedMs(job)).toBe(250);
  expect(waitedMs({ ...job, startedAt: null })).toBeNull();
});

it('gives a speed only where there are tokens and time', () => {
  expect(jobTokensPerSecond(jobView({ tokens: 100, runMs: 500 }))).toBe(200);
  expect(jobTokensPerSecond(jobView({ tokens: 0, runMs: 500 }))).toBeNull();
  expect(jobTokensPerSecond(jobView({ tokens: 5, runMs: null }))).toBeNull();
  expect(jobTokensPerSecond(jobView({ tokens: 5, runMs: 0 }))).toBeNull();
});
