import { expect, it } from 'vitest';
import { parseNumber } from '../../../src/renderer/settings/number-input.ts';

const seconds = { min: 0, max: 3600, whole: false };
const threads = { min: 0, max: 256, whole: true };

it('takes numbers with a point or a comma within the range', () => {
  expect(parseNumber(' 10 ', seconds)).toBe(10);
  expect(parseNumber('2,5', seconds)).toBe(2.5);
  expect(parseNumber('256', threads)).toBe(256);
});

it.each(['', '-1', '1e3', '0x10', 'ten', '3601', '1.2.3'])('refuses "%s"', (text) =>
  expect(parseNumber(text, seconds)).toBeUndefined(),
);

it('refuses fractions where whole numbers are asked for', () =>
  expect(parseNumber('1.5', threads)).toBeUndefined());
