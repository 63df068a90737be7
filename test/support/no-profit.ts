import type { Profit } from '../../src/shared/local-api.ts';

/** A day without work, whose prices nobody told. */
export const NO_PROFIT: Profit = {
  energyJoules: 0,
  earnedWei: '0',
  currency: 'EUR',
  electricityCost: null,
  earnedValue: null,
  net: null,
};
