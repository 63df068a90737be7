import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WalletChainView } from '../../shared/wallet-overview.ts';
import type { WalletAction } from '../../shared/wallet-transactions.ts';
import { Card } from '../components/card.tsx';
import { ChoiceBar } from '../components/choice-bar.tsx';
import { Icon } from '../components/icon.tsx';
import { formatSpan } from '../format/span.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { AmountForm } from './amount-form.tsx';
import { ExpectedReturn } from './expected-return.tsx';
import { yearlyRewards } from './staking-return.ts';
import { useAmountText } from './use-amount-text.ts';
import { VotingDelegate } from './voting-delegate.tsx';

/** The stake: what it is, what it brings, who votes with it, and changing it. */
export function StakeCard({
  chain: { ledger, staking },
  onAct,
}: {
  chain: WalletChainView;
  onAct: (action: WalletAction) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { number, amount, symbol } = useAmountText();
  const [way, setWay] = useState<'stake' | 'unstake'>('stake');
  const staked = BigInt(staking.stakedWei);
  const isStaking = way === 'stake';
  return (
    <Card title={t('wallet.stake.title')}>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
        <Figure label={t('wallet.stake.staked')}>
          {number(staked)} <span className="text-sm font-semibold text-muted">{symbol}</span>
        </Figure>
        <Figure label={t('wallet.stake.tier')}>
          {staking.tier === 0
            ? t('wallet.stake.noTier')
            : t('wallet.stake.tierValue', { tier: staking.tier })}
        </Figure>
        <Figure label={t('wallet.stake.votes')}>{number(staking.votesWei)}</Figure>
      </dl>
      {staking.heldForSlashWei !== '0' && (
        <p className="mt-3 flex items-start gap-2.5 rounded-control bg-amber-wash px-3.5 py-2.5">
          <Icon name="warning" className="mt-0.5 size-4.5 text-amber" />
          <span>{t('wallet.stake.held', { amount: amount(staking.heldForSlashWei) })}</span>
        </p>
      )}
      <ExpectedReturn staking={staking} />
      <VotingDelegate account={ledger.account} staking={staking} onAct={onAct} />
      <div className="mt-4 flex flex-col gap-3 border-t border-line pt-4">
        <ChoiceBar
          label={t('wallet.stake.way')}
          value={way}
          choices={[
            { value: 'stake', label: t('wallet.action.stake') },
            { value: 'unstake', label: t('wallet.action.unstake') },
          ]}
          onChange={setWay}
        />
        <AmountForm
          key={way}
          label={t(isStaking ? 'wallet.stake.stakeAmount' : 'wallet.stake.unstakeAmount')}
          available={isStaking ? BigInt(ledger.walletWei) : staked}
          action={t(isStaking ? 'wallet.stake.stakeButton' : 'wallet.stake.unstakeButton')}
          help={(units) => {
            if (!isStaking)
              return t('wallet.stake.unstakeHelp', { time: formatSpan(staking.unbondingSeconds, locale) });
            const rewards = units === null ? null : yearlyRewards(staked, units, staking);
            return rewards === null
              ? t('wallet.stake.stakeHelp', { time: formatSpan(staking.unbondingSeconds, locale) })
              : t('wallet.stake.wouldBring', { amount: amount(rewards) });
          }}
          onSubmit={(text, isAll) =>
            onAct(
              isStaking ? { kind: 'stake', amount: text } : { kind: 'unstake', amount: isAll ? 'all' : text },
            )
          }
        />
      </div>
    </Card>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="text-lg font-bold wrap-anywhere tabular-nums">{children}</dd>
    </div>
  );
}
