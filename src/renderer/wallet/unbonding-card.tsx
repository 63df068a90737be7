import { useTranslation } from 'react-i18next';
import type { StakingView, WalletChainView } from '../../shared/wallet-overview.ts';
import type { WalletAction } from '../../shared/wallet-transactions.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Icon } from '../components/icon.tsx';
import { useNow } from '../components/use-now.ts';
import { formatMoment } from '../format/moment.ts';
import { formatCountdown } from '../format/span.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { useAmountText } from './use-amount-text.ts';

/** The stake on its way out, and what of it can be withdrawn. */
export function UnbondingCard({
  chain: { staking },
  onAct,
}: {
  chain: WalletChainView;
  onAct: (action: WalletAction) => void;
}) {
  const { t } = useTranslation();
  const live = useIsLive();
  const { amount } = useAmountText();
  if (staking.unbonding.length === 0) return null;
  const canWithdraw = staking.withdrawableWei !== '0';
  return (
    <Card
      title={t('wallet.unbonding.title')}
      action={
        canWithdraw ? (
          <Button compact variant="primary" disabled={!live} onClick={() => onAct({ kind: 'withdraw' })}>
            {t('wallet.unbonding.withdraw', { amount: amount(staking.withdrawableWei) })}
          </Button>
        ) : undefined
      }
    >
      <p className="text-sm text-muted">{t('wallet.unbonding.about')}</p>
      <ul className="mt-2 flex flex-col">
        {staking.unbonding.map((entry) => (
          <Entry
            key={entry.index}
            entry={entry}
            onRestake={() => onAct({ kind: 'restake', index: entry.index })}
          />
        ))}
      </ul>
    </Card>
  );
}

function Entry({ entry, onRestake }: { entry: StakingView['unbonding'][number]; onRestake: () => void }) {
  const { t } = useTranslation();
  const live = useIsLive();
  const locale = useLocale();
  const { amount } = useAmountText();
  const now = useNow(!entry.released);
  const leftMs = Date.parse(entry.releasedAt) - now;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2.5">
      <div className="min-w-0 grow basis-40">
        <p className="font-semibold wrap-anywhere tabular-nums">{amount(entry.assetsWei)}</p>
        <p className="flex items-center gap-1.5 text-sm text-muted tabular-nums">
          {entry.released ? (
            <>
              <Icon name="check" className="size-4 text-jade" />
              {t('wallet.unbonding.released')}
            </>
          ) : leftMs <= 0 ? (
            t('wallet.unbonding.inAMoment')
          ) : (
            t('wallet.unbonding.left', {
              time: formatCountdown(leftMs, locale),
              moment: formatMoment(entry.releasedAt, now, locale),
            })
          )}
        </p>
      </div>
      <Button
        compact
        disabled={!live}
        aria-label={t('wallet.unbonding.restakeLabel', { amount: amount(entry.assetsWei) })}
        onClick={onRestake}
      >
        {t('wallet.unbonding.restake')}
      </Button>
    </li>
  );
}
