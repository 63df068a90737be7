import { expect, it } from 'vitest';
import { formatCountdown, formatSpan } from '../../../src/renderer/format/span.ts';

const DAY = 86_400;

it.each([
  [7 * DAY, '7 days'],
  [36 * 3600, '36 hours'],
  [90 * 60, '90 minutes'],
  [90, '90 seconds'],
  [0, '0 seconds'],
])('writes %i seconds as %s', (seconds, text) => {
  expect(formatSpan(seconds, 'en')).toBe(text);
});

it.each([
  [4 * DAY * 1000 + 5_000_000, '4d 1h'],
  [DAY * 1000, '1d'],
  [DAY * 1000 - 1000, '23:59:59'],
  [900, '0:01'],
  [-5, '0:00'],
])('counts %i ms down as %s', (ms, text) => {
  expect(formatCountdown(ms, 'en')).toBe(text);
});
