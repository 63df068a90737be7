import { useTranslation } from 'react-i18next';
import type { WalletChainView } from '../../shared/wallet-overview.ts';
import { useAmountText } from './use-amount-text.ts';

/** What the account has now. */
export function BalanceStrip({ chain: { ledger, staking, nativeWei } }: { chain: WalletChainView }) {
  const { t } = useTranslation();
  const { number, exact, coin, symbol } = useAmountText();
  const unbondingWei = staking.unbonding.reduce((sum, { assetsWei }) => sum + BigInt(assetsWei), 0n);
  const rewards = ledger.stakingRewardsWei;
  return (
    <dl
      aria-label={t('wallet.balance.title')}
      className="card grid grid-cols-2 gap-x-6 gap-y-4 px-5 py-4 lg:grid-cols-4"
    >
      <Figure
        label={t('wallet.balance.wallet')}
        value={number(ledger.walletWei)}
        exact={exact(ledger.walletWei)}
        unit={symbol}
      />
      <Figure
        label={t('wallet.balance.staked')}
        value={number(staking.stakedWei)}
        exact={exact(staking.stakedWei)}
        unit={symbol}
        note={
          unbondingWei === 0n ? undefined : t('wallet.balance.unbonding', { amount: number(unbondingWei) })
        }
      />
      <Figure
        label={t('wallet.balance.rewards')}
        value={rewards === null ? '–' : number(rewards)}
        exact={rewards === null ? undefined : exact(rewards)}
        unit={rewards === null ? undefined : symbol}
        note={
          rewards === null
            ? t('wallet.balance.rewardsUnknown')
            : rewards.startsWith('-')
              ? t('wallet.balance.slashed')
              : undefined
        }
      />
      <Figure
        label={t('wallet.balance.coin')}
        value={coin(nativeWei, '').trim()}
        unit={coin('0').split('\u00a0')[1]}
        note={nativeWei === '0' ? t('wallet.balance.noCoin') : undefined}
      />
    </dl>
  );
}

function Figure({
  label,
  value,
  exact,
  unit,
  note,
}: {
  label: string;
  value: string;
  exact?: string | undefined;
  unit?: string | undefined;
  note?: string | undefined;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{label}</dt>
      <dd>
        <span title={exact} className="text-xl font-bold tracking-tight wrap-anywhere tabular-nums">
          {value}
        </span>{' '}
        {unit !== undefined && <span className="text-sm font-semibold text-muted">{unit}</span>}
        {note !== undefined && <span className="block text-sm text-muted">{note}</span>}
      </dd>
    </div>
  );
}
