import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatGata } from '../../src/shared/format-gata.ts';

it('shows whole GATA with four digits behind the point', () => {
  expect(formatGata('12847391200000000000', 'en')).toBe('12.8473');
  expect(formatGata('1284000000000000000000', 'en')).toBe('1,284');
  expect(formatGata('1284500000000000000000', 'de')).toBe('1.284,5');
  expect(formatGata('0', 'en')).toBe('0');
});

it('shows the digits of small amounts, down to a wei', () => {
  expect(formatGata('1', 'en')).toBe('0.000000000000000001');
  expect(formatGata('12345678900000', 'en')).toBe('0.00001234');
});

it('never shows more than there is, nor much less, whatever the amount', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 78n - 1n }), (wei) => {
      const [whole = '', fraction = ''] = formatGata(String(wei), 'en').replaceAll(',', '').split('.');
      const shown = BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, '0'));
      expect(shown <= wei).toBe(true);
      expect((wei - shown) * 1000n <= wei).toBe(true);
    }),
  );
});
