import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatRunTime,
  formatSeconds,
  remainingMs,
} from '../../../src/renderer/format/duration.ts';

describe('formatClock', () => {
  it.each([
    [0, '0:00'],
    [4_900, '0:04'],
    [729_000, '12:09'],
    [3_723_000, '1:02:03'],
    [-5, '0:00'],
  ])('shows %d ms as %s', (ms, text) => expect(formatClock(ms)).toBe(text));
});

describe('remainingMs', () => {
  const now = Date.parse('2026-11-20T12:00:00.000Z');
  it('rounds up, so that a countdown shows zero only when it is over', () => {
    expect(remainingMs('2026-11-20T12:00:09.001Z', now)).toBe(10_000);
    expect(remainingMs('2026-11-20T12:00:00.001Z', now)).toBe(1000);
  });
  it('is never negative', () => expect(remainingMs('2026-11-20T11:59:00.000Z', now)).toBe(0));
});

describe('formatRunTime', () => {
  it.each([
    [0.84, '0.8ms'],
    [38.4, '38ms'],
    [1248, '1.25s'],
    [42_300, '42s'],
    [125_000, '2:05'],
  ])('shows %d ms as %s', (ms, text) => expect(formatRunTime(ms, 'en')).toBe(text));
});

describe('formatSeconds', () => {
  it.each([
    [1, '1 second'],
    [10, '10 seconds'],
    [2.5, '2.5 seconds'],
    [90, '90 seconds'],
    [300, '5 minutes'],
  ])('says %d as %s', (seconds, text) => expect(formatSeconds(seconds, 'en')).toBe(text));
});
