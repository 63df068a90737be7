import { useTranslation } from 'react-i18next';
import type { GpusPage } from '../../shared/local-api.ts';
import { formatCelsius, formatWatts } from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { routeHref } from '../route.ts';

/** Several cards: one is shown, the others are a click away with what matters most of them. */
export function CardSwitcher({ page, shownUuid }: { page: GpusPage; shownUuid: string | undefined }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <nav aria-label={t('gpu.cards')}>
      <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {page.gpus.map(({ device, sample, preferences }) => (
          <li key={device.uuid}>
            <a
              href={routeHref({ screen: 'gpu', uuid: device.uuid })}
              aria-current={device.uuid === shownUuid ? 'true' : undefined}
              className="card flex h-full flex-col px-4 py-2.5 hover:border-edge aria-[current=true]:border-jade aria-[current=true]:bg-jade-wash"
            >
              <span className="font-semibold">
                {t('gpu.nth', { number: device.index + 1, name: device.name })}
              </span>
              <span className="text-sm text-muted tabular-nums">
                {!preferences.enabled
                  ? t('gpu.activity.forbidden')
                  : [
                      sample?.temperatureC == null ? null : formatCelsius(sample.temperatureC, locale),
                      sample?.powerMilliwatts == null ? null : formatWatts(sample.powerMilliwatts, locale),
                    ]
                      .filter((figure) => figure !== null)
                      .join(' · ') || '–'}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
