import type { TFunction } from 'i18next';
import type { WalletEffects } from '../../shared/wallet-transactions.ts';

/** What an operation did to the account's GATA, in words; empty: nothing yet. */
export function effectTexts(
  effects: WalletEffects,
  amount: (wei: string) => string,
  t: TFunction,
): readonly string[] {
  return (['claimed', 'staked', 'withdrawn'] as const).flatMap((what) => {
    const wei = effects[`${what}Wei`];
    return wei === '0' ? [] : [t(`wallet.effect.${what}`, { amount: amount(wei) })];
  });
}
