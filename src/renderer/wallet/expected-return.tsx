import { useTranslation } from 'react-i18next';
import type { StakingView } from '../../shared/wallet-overview.ts';
import { formatSpan } from '../format/span.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { yearlyRewards } from './staking-return.ts';
import { useAmountText } from './use-amount-text.ts';

/** What the stake would bring in a year, and on what that rests. */
export function ExpectedReturn({ staking }: { staking: StakingView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { amount } = useAmountText();
  const { yearlyReturn, rewardsLastSeconds } = staking;
  if (yearlyReturn === null) return <p className="mt-3 text-sm text-muted">{t('wallet.return.none')}</p>;
  const rewards = yearlyRewards(BigInt(staking.stakedWei), 0n, staking);
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: yearlyReturn < 1 ? 1 : 0,
  }).format(yearlyReturn);
  return (
    <div className="mt-3 rounded-control bg-jade-wash px-3.5 py-2.5">
      <p>
        <strong className="font-semibold text-jade">{t('wallet.return.value', { percent })}</strong>
        {rewards !== null && rewards > 0n && (
          <span className="tabular-nums"> · {t('wallet.return.yours', { amount: amount(rewards) })}</span>
        )}
      </p>
      <p className="text-sm text-muted">
        {t('wallet.return.assumes')}{' '}
        {rewardsLastSeconds !== null &&
          t('wallet.return.lasts', { time: formatSpan(rewardsLastSeconds, locale) })}
      </p>
    </div>
  );
}
