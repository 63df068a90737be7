import { expect, it } from 'vitest';
import { type ClaimFacts, whyRefused } from '../../../src/gateway/relay/judge-claim.ts';

const limits = { minimumWei: 10n, claimsPerAccountAndDay: 2, gasPerDayWei: 100n, gasPriceCeilingWei: 5n };
const good: ClaimFacts = {
  ...{ cumulativeWei: 50n, leafWei: 50n, claimedWei: 40n },
  ...{ health: { gasPriceWei: 5n, coinsWei: 1n }, claimsOfAccount: 1, spentWei: 99n, waiting: 0 },
};

it.each([
  ['takes what is within all limits', {}, null],
  ['wants an account of a root that pays', { leafWei: undefined }, 'No root'],
  ['wants the amount of that root', { leafWei: 60n }, '60 wei'],
  ['does not pay for small change', { claimedWei: 41n }, 'claims of 10 wei and more'],
  ['does not spend more than its budget', { spentWei: 100n }, 'budget'],
  ['does not serve one account all day', { claimsOfAccount: 2 }, 'yours are used up'],
  ['does not pay any price', { health: { gasPriceWei: 6n, coinsWei: 1n } }, 'price of gas'],
  ['needs coins', { health: { gasPriceWei: 1n, coinsWei: 0n } }, 'no coins'],
  ['needs the chain', { health: undefined }, 'does not reach the chain'],
  ['does not take more than it can send', { waiting: 200 }, 'Too many'],
] as const)('%s', (_, change, reason) => {
  const refusal = whyRefused({ ...good, ...change }, limits);
  if (reason === null) expect(refusal).toBeNull();
  else expect(refusal).toContain(reason);
});
