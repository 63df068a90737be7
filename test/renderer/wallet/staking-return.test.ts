import { expect, it } from 'vitest';
import { yearlyRewards } from '../../../src/renderer/wallet/staking-return.ts';
import { gata } from '../../support/dashboard-wallet-fixtures.ts';

const pace = { totalStakedWei: gata(1_000_000), yearlyReturn: 0.084 };

it('is the stake’s part of a year’s rewards', () => {
  expect(yearlyRewards(BigInt(gata(500)), 0n, pace)).toBe(BigInt(gata(42)));
});

it('shrinks for everybody when more is staked', () => {
  const small = { totalStakedWei: gata(100), yearlyReturn: 0.5 };
  expect(yearlyRewards(BigInt(gata(100)), BigInt(gata(100)), small)).toBe(BigInt(gata(50)));
  expect(yearlyRewards(0n, BigInt(gata(100)), small)).toBe(BigInt(gata(25)));
});

it('is not known while no rewards are paid', () => {
  expect(yearlyRewards(1n, 1n, { ...pace, yearlyReturn: null })).toBeNull();
  expect(yearlyRewards(0n, 0n, { totalStakedWei: '0', yearlyReturn: 0.1 })).toBeNull();
});
