import { useTranslation } from 'react-i18next';
import type { OperationView } from '../../shared/wallet-transactions.ts';
import { formatCount } from '../format/amount.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { CopyButton } from './copy-button.tsx';
import { ExplorerLink } from './explorer-link.tsx';
import { shortAddress } from './short-address.ts';
import { useAmountText } from './use-amount-text.ts';

/** What was sent for an operation, in order. */
export function OperationTransactions({ operation }: { operation: OperationView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { coin } = useAmountText();
  if (operation.transactions.length === 0) return null;
  return (
    <section aria-label={t('wallet.transaction.title')}>
      <h3 className="mb-1 text-sm text-muted">{t('wallet.transaction.title')}</h3>
      <ul className="flex flex-col">
        {operation.transactions.map(({ hash, purpose, call, block, succeeded, feeWei, explorerUrl }) => (
          <li key={hash} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2">
            <div className="min-w-0 grow basis-48">
              <p className="font-mono text-sm wrap-anywhere">
                {purpose === 'cancel' ? t('wallet.transaction.cancel') : call}
              </p>
              <p className="text-sm text-muted tabular-nums">
                {block === null
                  ? t('wallet.transaction.noBlock')
                  : t(succeeded === false ? 'wallet.transaction.reverted' : 'wallet.transaction.block', {
                      block: formatCount(block, locale),
                    })}
                {feeWei !== null && ` · ${t('wallet.transaction.fee', { amount: coin(feeWei) })}`}
              </p>
            </div>
            <span title={hash} className="font-mono text-sm">
              {shortAddress(hash)}
            </span>
            <CopyButton text={hash} label={t('wallet.transaction.copy', { hash: shortAddress(hash) })}>
              {t('wallet.copy')}
            </CopyButton>
            <ExplorerLink
              url={explorerUrl}
              label={t('wallet.transaction.open', { hash: shortAddress(hash) })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
