import { useTranslation } from 'react-i18next';
import type { OperationView } from '../../shared/wallet-transactions.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { feeOf } from './activity-csv.ts';
import { effectTexts } from './effect-texts.ts';
import { ExplorerLink } from './explorer-link.tsx';
import { operationPhase } from './operation-phase.ts';
import { shortAddress } from './short-address.ts';
import { useActionTitle } from './use-action-title.ts';
import { useAmountText } from './use-amount-text.ts';

const TONES = {
  waiting: 'sky',
  signature: 'amber',
  relaying: 'sky',
  sent: 'sky',
  mined: 'jade',
  done: 'plain',
  failed: 'ember',
  cancelled: 'plain',
} as const;

/** An operation in two lines, or one where there is room. */
export function ActivityRow({ operation, onOpen }: { operation: OperationView; onOpen: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const titleOf = useActionTitle();
  const { amount, coin } = useAmountText();
  const phase = operationPhase(operation);
  const title = titleOf(operation.action);
  const moment = formatMoment(operation.at, Date.now(), locale);
  const effects = effectTexts(operation.effects, amount, t);
  const fee = feeOf(operation);
  const last = operation.transactions.at(-1);
  const facts = [
    moment,
    ...effects,
    ...(operation.relayed
      ? [t('wallet.activity.relayed')]
      : fee === 0n
        ? []
        : [t('wallet.transaction.fee', { amount: coin(fee) })]),
  ];
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-t border-line py-2.5">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="font-semibold wrap-anywhere">{title}</span>
          <Badge tone={TONES[phase]}>{t(`wallet.phase.${phase}.label`)}</Badge>
        </p>
        <p className="text-sm text-muted tabular-nums">{facts.join(' · ')}</p>
        {operation.detail !== null && <p className="text-sm wrap-anywhere">{operation.detail}</p>}
      </div>
      <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
        {last !== undefined && (
          <span className="flex items-center gap-2 max-sm:hidden">
            <span title={last.hash} className="font-mono text-sm text-muted">
              {shortAddress(last.hash)}
            </span>
            <ExplorerLink
              url={last.explorerUrl}
              label={t('wallet.transaction.open', { hash: shortAddress(last.hash) })}
            />
          </span>
        )}
        <Button
          compact
          variant={phase === 'signature' ? 'primary' : 'secondary'}
          aria-label={t('wallet.activity.openLabel', { title, moment })}
          onClick={onOpen}
        >
          {t(phase === 'signature' ? 'wallet.activity.sign' : 'wallet.activity.open')}
        </Button>
      </div>
    </li>
  );
}
