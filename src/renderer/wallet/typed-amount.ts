/** The agent takes as many digits before the point. */
const MOST_WHOLE_DIGITS = 40;

type AmountProblem = 'empty' | 'comma' | 'notANumber' | 'tooManyDecimals' | 'zero' | 'tooMuch';

export type TypedAmount =
  | { readonly units: bigint; readonly problem: null }
  | { readonly units: null; readonly problem: AmountProblem };

/**
 * An amount as it is typed, in the token's smallest units. A comma is refused rather than guessed at: it parts
 * thousands for some and decimals for others.
 */
export function readAmount(text: string, decimals: number, available: bigint): TypedAmount {
  const refuse = (problem: AmountProblem) => ({ units: null, problem });
  const trimmed = text.trim();
  if (trimmed === '') return refuse('empty');
  if (trimmed.includes(',')) return refuse('comma');
  const parts = /^(\d*)(?:\.(\d*))?$/.exec(trimmed);
  const [, whole = '', fraction = ''] = parts ?? [];
  if (whole + fraction === '' || whole.length > MOST_WHOLE_DIGITS) return refuse('notANumber');
  if (fraction.length > decimals) return refuse('tooManyDecimals');
  const units = BigInt(whole + fraction.padEnd(decimals, '0'));
  if (units === 0n) return refuse('zero');
  return units > available ? refuse('tooMuch') : { units, problem: null };
}
