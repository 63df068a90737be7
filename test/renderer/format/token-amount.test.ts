import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  alignDecimals,
  formatToken,
  formatTokenExactly,
  plainToken,
} from '../../../src/renderer/format/token-amount.ts';

it('cuts off what is too small to read, and says what is owed', () => {
  expect(formatToken('1284039199999999999999', 18, 'en')).toBe('1,284.0391');
  expect(formatToken('-500000000000000000', 18, 'en')).toBe('-0.5');
  expect(formatToken('1234567', 6, 'en')).toBe('1.2345');
  expect(formatToken('12', 0, 'en')).toBe('12');
  expect(formatToken('0', 20, 'en')).toBe('0');
});

it('shows every digit on request', () => {
  expect(formatTokenExactly('1284039100000000000001', 18, 'en')).toBe('1,284.039100000000000001');
  expect(formatTokenExactly('1284500000000000000000', 18, 'de')).toBe('1.284,5');
  expect(formatTokenExactly('-1', 18, 'en')).toBe('-0.000000000000000001');
  expect(formatTokenExactly('7', 0, 'en')).toBe('7');
});

it('puts points below each other', () => {
  expect(alignDecimals(['10.5', '1,000', '0.0001'], 'en')).toEqual(['10.5000', '1,000.0000', '0.0001']);
  expect(alignDecimals(['10', '1.000'], 'de')).toEqual(['10', '1.000']);
});

it('writes plain amounts that are read back to the wei', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 40n }),
      fc.integer({ min: 0, max: 36 }),
      (units, decimals) => {
        const [whole = '', fraction = ''] = plainToken(units, decimals).split('.');
        expect(BigInt(whole + fraction.padEnd(decimals, '0'))).toBe(units);
      },
    ),
  );
});
