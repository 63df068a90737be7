import { expect, it } from 'vitest';
import { formatMoney } from '../../../src/renderer/format/money.ts';

it('shows amounts in the user’s currency', () => {
  expect(formatMoney(12.4, 'EUR', 'en-GB')).toBe('€12.40');
  expect(formatMoney(-0.3, 'USD', 'en-US')).toBe('-$0.30');
  expect(formatMoney(0, 'EUR', 'en-GB')).toBe('€0.00');
});

it('shows the digits of less than a cent', () => {
  expect(formatMoney(0.0031, 'EUR', 'en-GB')).toBe('€0.0031');
  expect(formatMoney(-0.0004, 'EUR', 'en-GB')).toBe('-€0.0004');
});
