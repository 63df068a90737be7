import { expect, it } from 'vitest';
import { earningsParts } from '../../../src/renderer/wallet/earnings-parts.ts';
import { gata, walletChain } from '../../support/dashboard-wallet-fixtures.ts';

const { ledger } = walletChain();

it('adds up, with and without what the gateway says is pending', () => {
  expect(earningsParts(ledger, 18).difference).toBe(0n);
  const unknown = { ...ledger, pendingWei: null, earnedWei: gata(1224) };
  const { parts, difference } = earningsParts(unknown, 18);
  expect(difference).toBe(0n);
  expect(parts[0]).toEqual({ name: 'pending', wei: null, shown: 0n });
});

it('says what does not add up, to the wei', () => {
  expect(earningsParts({ ...ledger, earnedWei: `${BigInt(ledger.earnedWei) + 1n}` }, 18).difference).toBe(1n);
});
