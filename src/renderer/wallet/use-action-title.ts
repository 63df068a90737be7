import { useTranslation } from 'react-i18next';
import type { WalletAction } from '../../shared/wallet-transactions.ts';
import { useAmountText } from './use-amount-text.ts';

/** An action in a few words: `Stake 12.5 GATA`, `Claim`. */
export function useActionTitle(): (action: WalletAction) => string {
  const { t } = useTranslation();
  const { symbol } = useAmountText();
  return (action) => {
    const name = t(`wallet.action.${action.kind}`);
    if (action.kind !== 'stake' && action.kind !== 'unstake') return name;
    if (action.amount === 'all') return t('wallet.activity.allOfIt', { name });
    return t('wallet.activity.withAmount', { name, amount: action.amount, symbol });
  };
}
