import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainToken } from '../../../src/renderer/format/token-amount.ts';
import { readAmount } from '../../../src/renderer/wallet/typed-amount.ts';

const AVAILABLE = 450n * 10n ** 18n;

it.each([
  ['12.5', 12_500_000_000_000_000_000n],
  [' 0.000000000000000001 ', 1n],
  ['.5', 5n * 10n ** 17n],
  ['5.', 5n * 10n ** 18n],
  ['450', AVAILABLE],
])('reads %s', (text, units) => {
  expect(readAmount(text, 18, AVAILABLE)).toEqual({ units, problem: null });
});

it.each([
  ['', 'empty'],
  ['  ', 'empty'],
  ['1,000', 'comma'],
  ['1,5', 'comma'],
  ['abc', 'notANumber'],
  ['-1', 'notANumber'],
  ['1e3', 'notANumber'],
  ['0x10', 'notANumber'],
  ['.', 'notANumber'],
  ['1.2.3', 'notANumber'],
  ['9'.repeat(41), 'notANumber'],
  ['0.0000000000000000001', 'tooManyDecimals'],
  ['0.0', 'zero'],
  ['450.000000000000000001', 'tooMuch'],
] as const)('refuses "%s" as %s', (text, problem) => {
  expect(readAmount(text, 18, AVAILABLE)).toEqual({ units: null, problem });
});

it('reads every amount that it writes, and never more than there is', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 10n ** 36n }),
      fc.bigInt({ min: 0n, max: 10n ** 36n }),
      fc.integer({ min: 0, max: 18 }),
      (units, available, decimals) => {
        const read = readAmount(plainToken(units, decimals), decimals, available);
        expect(read).toEqual(
          units > available ? { units: null, problem: 'tooMuch' } : { units, problem: null },
        );
      },
    ),
  );
});
