import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unitsOf } from '../../../../src/agent/wallet/actions/amounts.ts';
import { aboveCeiling, whyNotWorthIt } from '../../../../src/agent/wallet/actions/claim-worth.ts';
import { type FeeSettings, NO_GAS, planFee } from '../../../../src/agent/wallet/actions/plan-fee.ts';
import { DEFAULT_SETTINGS } from '../../../../src/shared/settings.ts';
import { TEST_PROFILE } from '../../../support/network-profile.ts';

const GATA = 10n ** 18n;
const GWEI = 10n ** 9n;

function settings(nativePrice: number | null, gataPrice: number | null): FeeSettings {
  return { wallet: { nativePrice }, energy: { gataPrice, currency: 'EUR' } };
}

describe('a fee', () => {
  test('is told in coins, GATA and money at the prices of the user', () => {
    const fee = planFee({ gas: 100_000n, gasPriceWei: GWEI }, TEST_PROFILE, settings(600, 0.1));
    expect(fee).toEqual({
      ...{ gas: '100000', gasPriceWei: '1000000000', nativeWei: '100000000000000', nativeSymbol: 'tBNB' },
      gataWei: String((6n * GATA) / 10n),
      money: { currency: 'EUR', amount: expect.closeTo(0.06, 12) },
    });
  });

  test('has no GATA without both prices, nor where GATA is worth nothing, and no money without the coin’s', () => {
    const cost = { gas: 1n, gasPriceWei: GWEI };
    expect(planFee(cost, TEST_PROFILE, settings(null, 0.1))).toMatchObject({ gataWei: null, money: null });
    expect(planFee(cost, TEST_PROFILE, settings(600, null))).toMatchObject({
      ...{ gataWei: null, money: { currency: 'EUR' } },
    });
    expect(planFee(cost, TEST_PROFILE, settings(600, 0)).gataWei).toBeNull();
    expect(planFee(cost, TEST_PROFILE, settings(1e9, 5e-324)).gataWei).toBeNull();
    expect(planFee(NO_GAS, TEST_PROFILE, settings(600, 0))).toMatchObject({ nativeWei: '0', gataWei: '0' });
  });

  test('loses no wei, however large or small the prices', () => {
    const price = fc.integer({ min: 1, max: 1_000_000_000 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 25n }), price, price, (nativeWei, native, gata) => {
        const { gataWei } = planFee(
          { gas: nativeWei, gasPriceWei: 1n },
          TEST_PROFILE,
          settings(native / 1000, gata / 1000),
        );
        const exact = nativeWei * BigInt(native);
        // Rounded up: less than one wei above the exact quotient.
        const over = BigInt(gataWei ?? -1) * BigInt(gata) - exact;
        expect(over >= 0n && over < BigInt(gata)).toBe(true);
      }),
    );
  });
});

test('a setting’s number is taken by the digits that the user sees', () => {
  expect([0.1, 1e-7, 1e21, 12.5, 0].map((value) => unitsOf(value, 18))).toEqual([
    ...[10n ** 17n, 10n ** 11n, 10n ** 39n, 125n * 10n ** 17n, 0n],
  ]);
  expect(unitsOf(0.1234, 2)).toBe(12n);
  expect(unitsOf(1e-30, 18)).toBe(0n);
  expect(() => unitsOf(Number.NaN, 18)).toThrow('is no amount');
});

describe('a claim', () => {
  const { wallet } = DEFAULT_SETTINGS;
  const fee = planFee({ gas: 100_000n, gasPriceWei: GWEI }, TEST_PROFILE, settings(600, 0.1));
  const why = (claimableWei: bigint, cost: typeof fee | null = fee, minimumClaim = 1) =>
    whyNotWorthIt(claimableWei, cost, TEST_PROFILE, { ...wallet, minimumClaim });

  test('is worth it from the user’s minimum on, when the fee leaves something of it', () => {
    expect(why(0n)).toBe('There is nothing to claim yet.');
    expect(why(GATA - 1n)).toContain('less than your minimum of 1.0 GATA');
    expect(why(GATA)).toBeNull();
    expect(why((6n * GATA) / 10n, fee, 0)).toContain('The fee of 0.6 GATA would eat up the 0.6 GATA');
    expect(why((6n * GATA) / 10n, null, 0)).toBeNull();
  });

  test('waits while gas is dearer than the ceiling', () => {
    const dear = planFee({ gas: 1n, gasPriceWei: 6n * GWEI }, TEST_PROFILE, settings(null, null));
    expect(why(GATA, dear)).toContain('Gas costs 6.0 gwei now, more than your ceiling of 5.');
    expect(aboveCeiling({ gasPriceWei: String(5n * GWEI) }, wallet)).toBeNull();
  });
});
