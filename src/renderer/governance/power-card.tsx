import { useTranslation } from 'react-i18next';
import type { Governance } from '../../shared/governance.ts';
import type { WalletAction } from '../../shared/wallet-transactions.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Icon } from '../components/icon.tsx';
import { goTo } from '../use-route.ts';
import { shortAddress } from '../wallet/short-address.ts';
import { useAmountText } from '../wallet/use-amount-text.ts';

/** What the user may vote with, and who votes with the user's stake. */
export function PowerCard({
  governance,
  onAct,
}: {
  governance: Governance;
  onAct: (action: WalletAction) => void;
}) {
  const { t } = useTranslation();
  const live = useIsLive();
  const { number, amount } = useAmountText();
  const { account, stakedWei, votesWei, delegate } = governance;
  if (account === null) {
    return (
      <Card title={t('governance.power.title')}>
        <p className="text-muted">{t('governance.power.none')}</p>
        <Button className="mt-3 self-start" onClick={() => goTo({ screen: 'wallet' })}>
          {t('governance.power.setUp')}
        </Button>
      </Card>
    );
  }
  const hasStake = stakedWei !== '0';
  const isOwn = delegate?.toLowerCase() === account.toLowerCase();
  const hasOthers = BigInt(votesWei) > 0n && !hasStake;
  return (
    <Card title={t('governance.power.title')}>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3">
        <div className="min-w-0">
          <dt className="text-sm text-muted">{t('governance.power.votes')}</dt>
          <dd className="text-2xl font-bold wrap-anywhere tabular-nums">{number(votesWei)}</dd>
        </div>
        <div className="min-w-0">
          <dt className="text-sm text-muted">{t('governance.power.stake')}</dt>
          <dd className="text-lg font-bold wrap-anywhere tabular-nums">{amount(stakedWei)}</dd>
        </div>
        <div className="col-span-2 min-w-0">
          <dt className="text-sm text-muted">{t('governance.power.delegate')}</dt>
          <dd className="font-semibold" title={delegate ?? undefined}>
            {delegate === null
              ? t('governance.power.nobody')
              : isOwn
                ? t('governance.power.you')
                : shortAddress(delegate)}
          </dd>
        </div>
      </dl>
      {hasOthers && <p className="mt-3 text-sm text-muted">{t('governance.power.fromOthers')}</p>}
      {hasStake && !isOwn && (
        <div className="mt-4 flex flex-wrap items-center gap-3 rounded-control bg-amber-wash px-3.5 py-3">
          <Icon name="info" className="size-4.5 text-amber" />
          <p className="min-w-0 grow basis-48">
            {t(delegate === null ? 'governance.power.idle' : 'governance.power.given')}
          </p>
          <Button disabled={!live} onClick={() => onAct({ kind: 'delegate', to: account })}>
            {t('governance.power.toSelf')}
          </Button>
        </div>
      )}
      {!hasStake && (
        <div className="mt-4 flex flex-wrap items-center gap-3">
          <p className="min-w-0 grow basis-48 text-muted">{t('governance.power.noStake')}</p>
          <Button onClick={() => goTo({ screen: 'wallet' })}>{t('governance.power.stakeNow')}</Button>
        </div>
      )}
    </Card>
  );
}
