import { useTranslation } from 'react-i18next';
import { formatGata } from '../../shared/format-gata.ts';
import type { Profit } from '../../shared/local-api.ts';
import { useSettings } from '../api/queries.ts';
import { formatMoney } from '../format/money.ts';
import { formatEnergy } from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { routeHref } from '../route.ts';

/** What today's work drew and earned, and what is left of it where the prices are known. */
export function TodayMoney({ profit }: { profit: Profit }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const prices = useSettings().data?.energy;
  const money = (amount: number) => formatMoney(amount, profit.currency, locale);
  const missing =
    prices === undefined
      ? null
      : prices.tariff === null
        ? 'tariff'
        : prices.gataPrice === null
          ? 'price'
          : null;
  return (
    <div className="mt-4 border-t border-line pt-4">
      <dl aria-label={t('today.money')} className="flex flex-wrap gap-x-8 gap-y-3 text-sm">
        <Figure
          label={t('today.energy')}
          value={profit.energyJoules === 0 ? '–' : formatEnergy(profit.energyJoules, locale)}
        />
        <Figure
          label={t('today.earned')}
          value={t('unit.gata', { amount: formatGata(profit.earnedWei, locale) })}
        />
        {profit.electricityCost !== null && (
          <Figure label={t('today.cost')} value={money(profit.electricityCost)} />
        )}
        {profit.net !== null && (
          <Figure label={t('today.net')} value={money(profit.net)} isLoss={profit.net < 0} />
        )}
      </dl>
      {missing !== null && (
        <p className="mt-2 text-sm text-muted">
          <a href={routeHref({ screen: 'settings' })} className="font-semibold text-jade underline">
            {t(missing === 'tariff' ? 'today.tellTariff' : 'today.tellPrice')}
          </a>{' '}
          {t('today.tellDetail')}
        </p>
      )}
    </div>
  );
}

function Figure({ label, value, isLoss = false }: { label: string; value: string; isLoss?: boolean }) {
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className={`text-base font-semibold tabular-nums ${isLoss ? 'text-ember' : ''}`}>{value}</dd>
    </div>
  );
}
