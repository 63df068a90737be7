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
