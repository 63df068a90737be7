import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { PlanFee } from '../../../shared/wallet-transactions.ts';
import { unitsOf } from './amounts.ts';

/** The chain's coin has as many on every chain with Ethereum's interface. */
const NATIVE_DECIMALS = 18;
/** Prices are compared as whole numbers of this many decimals. */
const PRICE_DECIMALS = 30;
const MOST_WEI = 2n ** 256n - 1n;

/** What gas costs, in the three units that a user thinks in. */
export interface GasCost {
  readonly gas: bigint;
  /** Wei of the chain's coin for a unit of gas. */
  readonly gasPriceWei: bigint;
}

/**
 * Pure. The fee in the chain's coin and, as far as the user told prices, in GATA (rounded up to the wei) and in money.
 * GATA has no price when the user's is 0.
 */
export function planFee(
  { gas, gasPriceWei }: GasCost,
  { nativeSymbol, token }: Pick<NetworkProfile, 'nativeSymbol' | 'token'>,
  { wallet, energy }: FeeSettings,
): PlanFee {
  const nativeWei = gas * gasPriceWei;
  const { nativePrice } = wallet;
  const { gataPrice, currency } = energy;
  return {
    gas: String(gas),
    gasPriceWei: String(gasPriceWei),
    nativeWei: String(nativeWei),
    nativeSymbol,
    gataWei:
      nativePrice === null || gataPrice === null
        ? null
        : inToken(nativeWei, nativePrice, gataPrice, token.decimals),
    money:
      nativePrice === null
        ? null
        : { currency, amount: (Number(nativeWei) / 10 ** NATIVE_DECIMALS) * nativePrice },
  };
}

/** The settings that a fee's worth depends on. */
export interface FeeSettings {
  readonly wallet: Pick<Settings['wallet'], 'nativePrice'>;
  readonly energy: Pick<Settings['energy'], 'gataPrice' | 'currency'>;
}

/** Nothing, which is what a relayed claim costs. */
export const NO_GAS: GasCost = { gas: 0n, gasPriceWei: 0n };

function inToken(nativeWei: bigint, nativePrice: number, gataPrice: number, decimals: number): string | null {
  if (nativeWei === 0n) return '0';
  const of = unitsOf(nativePrice, PRICE_DECIMALS);
  const by = unitsOf(gataPrice, PRICE_DECIMALS) * 10n ** BigInt(NATIVE_DECIMALS);
  if (by === 0n) return null;
  const wei = (nativeWei * of * 10n ** BigInt(decimals) + by - 1n) / by;
  return wei > MOST_WEI ? null : String(wei);
}
