import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatGata } from '../../shared/format-gata.ts';
import type { EnergyPage } from '../../shared/local-api.ts';
import { useEnergy } from '../api/gpu-queries.ts';
import { useSettings } from '../api/queries.ts';
import { Card } from '../components/card.tsx';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { formatDay } from '../format/moment.ts';
import { formatMoney } from '../format/money.ts';
import { formatEnergy } from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { routeHref } from '../route.ts';

/** What the cards drew for jobs and what these earned, by day. Not rendered again at each reading. */
export const EnergyCard = memo(function EnergyCard() {
  const { t } = useTranslation();
  const energy = useEnergy();
  return (
    <Card
      title={t('energy.days')}
      action={
        <a
          href={routeHref({ screen: 'settings' })}
          className="rounded text-sm font-semibold text-jade hover:underline"
        >
          {t('energy.prices')}
        </a>
      }
    >
      {energy.data !== undefined ? (
        <Days page={energy.data} />
      ) : energy.error !== null ? (
        <ErrorState
          title={t('energy.failedTitle')}
          error={energy.error}
          onRetry={() => void energy.refetch()}
        />
      ) : (
        <Skeleton className="h-40" />
      )}
    </Card>
  );
});

function Days({ page }: { page: EnergyPage }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const energy = useSettings().data?.energy;
  if (page.days.every((day) => day.energyJoules === 0 && day.earnedWei === '0'))
    return <EmptyState icon="bolt" title={t('energy.empty')} detail={t('energy.emptyDetail')} />;
  const money = (amount: number | null, currency: string) =>
    amount === null ? '–' : formatMoney(amount, currency, locale);
  return (
    <>
      <table className="w-full text-left tabular-nums max-sm:text-sm">
        <caption className="sr-only">{t('energy.days')}</caption>
        <thead className="text-sm text-muted">
          <tr>
            <th scope="col" className="pb-1 font-normal">
              {t('energy.day')}
            </th>
            <Head>{t('energy.energy')}</Head>
            <Head isExtra>{t('energy.cost')}</Head>
            <Head>{t('energy.earned')}</Head>
            <Head isExtra>{t('energy.value')}</Head>
            <Head>{t('energy.net')}</Head>
          </tr>
        </thead>
        <tbody>
          {page.days.map((day) => (
            <tr key={day.date} className="border-t border-line">
              <th scope="row" className="py-1.5 font-normal whitespace-nowrap">
                {formatDay(day.date, locale)}
              </th>
              <Cell>{formatEnergy(day.energyJoules, locale)}</Cell>
              <Cell isExtra>{money(day.electricityCost, day.currency)}</Cell>
              <Cell>{formatGata(day.earnedWei, locale)}</Cell>
              <Cell isExtra>{money(day.earnedValue, day.currency)}</Cell>
              <Cell>
                <span className={`font-semibold ${day.net !== null && day.net < 0 ? 'text-ember' : ''}`}>
                  {money(day.net, day.currency)}
                </span>
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 text-sm text-muted">
        {page.earnedWeiPerKilowattHour !== null &&
          t('energy.perKilowattHour', { amount: formatGata(page.earnedWeiPerKilowattHour, locale) })}{' '}
        {energy?.tariff === null && t('energy.tellTariff')}{' '}
        {energy?.tariff != null && energy.gataPrice === null && t('energy.tellPrice')}
      </p>
    </>
  );
}

/** `isExtra`: left out where there is no room. */
function Head({ isExtra = false, children }: { isExtra?: boolean; children: string }) {
  return (
    <th
      scope="col"
      className={`pb-1 pl-3 text-right font-normal whitespace-nowrap sm:pl-5 ${isExtra ? 'max-sm:hidden' : ''}`}
    >
      {children}
    </th>
  );
}

function Cell({ isExtra = false, children }: { isExtra?: boolean; children: ReactNode }) {
  return (
    <td className={`py-1.5 pl-3 text-right whitespace-nowrap sm:pl-5 ${isExtra ? 'max-sm:hidden' : ''}`}>
      {children}
    </td>
  );
}
