import { useMemo } from 'react';
import { useWalletOverview } from '../api/wallet-queries.ts';
import { formatToken, formatTokenExactly } from '../format/token-amount.ts';
import { useLocale } from '../i18n/use-locale.ts';

const NO_BREAK_SPACE = '\u00a0';
/** Of every chain's own coin. */
const COIN_DECIMALS = 18;

export interface AmountText {
  readonly symbol: string;
  readonly decimals: number;
  /** Without the symbol, cut off: `1,284.0391`. */
  number: (units: string | bigint) => string;
  /** `1,284.0391 GATA` */
  amount: (units: string | bigint) => string;
  /** With every digit. */
  exact: (units: string | bigint) => string;
  /** Of the chain's coin: `0.000095 BNB`. */
  coin: (wei: string | bigint, symbol?: string) => string;
}

/** How the network's token and coin are written. */
export function useAmountText(): AmountText {
  const locale = useLocale();
  const overview = useWalletOverview().data;
  const symbol = overview?.token?.symbol ?? 'GATA';
  const decimals = overview?.token?.decimals ?? 18;
  const coinSymbol = overview?.nativeSymbol ?? '';
  return useMemo(
    () => ({
      symbol,
      decimals,
      number: (units) => formatToken(units, decimals, locale),
      amount: (units) => formatToken(units, decimals, locale) + NO_BREAK_SPACE + symbol,
      exact: (units) => formatTokenExactly(units, decimals, locale),
      coin: (wei, named = coinSymbol) => formatToken(wei, COIN_DECIMALS, locale) + NO_BREAK_SPACE + named,
    }),
    [symbol, decimals, coinSymbol, locale],
  );
}
