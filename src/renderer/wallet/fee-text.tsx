import { useTranslation } from 'react-i18next';
import type { PlanFee } from '../../shared/wallet-transactions.ts';
import { formatMoney } from '../format/money.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { routeHref } from '../route.ts';
import { useAmountText } from './use-amount-text.ts';

/** Less is shown as "less than". */
const SMALLEST_MONEY = 0.0001;

/** A fee in the chain's coin, and in GATA and money as far as the user told prices. */
export function FeeText({ fee, relayed }: { fee: PlanFee; relayed: boolean }) {
  const { t } = useTranslation();
  const { coin, amount, symbol } = useAmountText();
  const locale = useLocale();
  if (relayed) return <span className="font-semibold text-jade">{t('wallet.fee.relayed')}</span>;
  const money = (value: number, currency: string) =>
    value > 0 && value < SMALLEST_MONEY
      ? t('wallet.fee.lessThan', { amount: formatMoney(SMALLEST_MONEY, currency, locale) })
      : formatMoney(value, currency, locale);
  const worth = [
    ...(fee.gataWei === null ? [] : [amount(fee.gataWei)]),
    ...(fee.money === null ? [] : [money(fee.money.amount, fee.money.currency)]),
  ];
  return (
    <>
      <span className="font-semibold tabular-nums">{coin(fee.nativeWei, fee.nativeSymbol)}</span>
      {worth.length > 0 && <span className="block text-sm text-muted tabular-nums">{worth.join(' · ')}</span>}
      {worth.length < 2 && (
        <a
          href={routeHref({ screen: 'settings' })}
          className="block rounded text-sm font-semibold text-jade underline"
        >
          {fee.money === null
            ? t('wallet.fee.tellCoinPrice', { symbol: fee.nativeSymbol })
            : t('wallet.fee.tellTokenPrice', { symbol })}
        </a>
      )}
    </>
  );
}
