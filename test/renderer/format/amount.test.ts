import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatRate, share } from '../../../src/renderer/format/amount.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [148_320, '148 kB'],
    [11_566_078, '11.6 MB'],
    [999_960, '1 MB'],
    [20_000_000_000, '20 GB'],
    [4_000_000_000_000, '4 TB'],
  ])('shows %d as %s', (bytes, text) => expect(formatBytes(bytes, 'en')).toBe(text));
});

it('groups counts and shortens them from a million on', () => {
  expect(formatCount(71_930, 'en')).toBe('71,930');
  expect(formatCount(1_254_000, 'en')).toBe('1.25M');
});

it('gives rates the digits that are worth reading', () => {
  expect(formatRate(7.44, 'en')).toBe('7.4');
  expect(formatRate(181.6, 'en')).toBe('182');
});

it('keeps shares between nothing and all', () => {
  expect(share(1, 4)).toBe(0.25);
  expect(share(5, 4)).toBe(1);
  expect(share(1, 0)).toBe(0);
});
