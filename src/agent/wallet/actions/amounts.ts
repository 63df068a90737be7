import { formatUnits } from 'ethers';
import { GataError } from '../../../shared/gata-error.ts';

/**
 * A positive amount as a person writes it, in wei.
 * @throws GataError `invalid-request` that says what is wrong with it.
 */
export function parseAmount(text: string, decimals: number, symbol: string): bigint {
  const refuse = (why: string) => new GataError('invalid-request', `"${text}" ${why}`, { param: 'amount' });
  const parts = /^(\d{1,40})(?:\.(\d+))?$/.exec(text.trim());
  if (parts === null) throw refuse(`is no amount of ${symbol}. Write it as a number, such as 12.5.`);
  const [, whole = '', fraction = ''] = parts;
  if (fraction.length > decimals) throw refuse(`has too many decimals: ${symbol} has ${decimals}.`);
  const wei = BigInt(whole + fraction.padEnd(decimals, '0'));
  if (wei === 0n) throw refuse('is nothing. Name an amount above zero.');
  return wei;
}

/** @throws GataError `invalid-request` when it is more than there is. */
export function checkEnough(
  wei: bigint,
  available: bigint,
  token: { decimals: number; symbol: string },
): void {
  if (wei <= available) return;
  const text = (amount: bigint) => `${formatUnits(amount, token.decimals)} ${token.symbol}`;
  throw new GataError('invalid-request', `${text(wei)} is more than the ${text(available)} that there are.`, {
    param: 'amount',
  });
}

/**
 * A setting's number in its smallest units, by the digits that the user sees: 0.1 with 18 decimals is 10¹⁷ exactly.
 * Digits beyond the decimals are dropped.
 */
export function unitsOf(value: number, decimals: number): bigint {
  const parts = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (parts === null) throw new RangeError(`${value} is no amount.`);
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  const shift = decimals + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
}
