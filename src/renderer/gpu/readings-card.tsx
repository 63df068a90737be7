import { useTranslation } from 'react-i18next';
import type { GpuSample } from '../../shared/gpu.ts';
import { useGpuRecorder } from '../api/agent-context.tsx';
import { useGpuHistory } from '../api/gpu-queries.ts';
import type { GpuColumn } from '../api/gpu-series.ts';
import { Card } from '../components/card.tsx';
import {
  formatCelsius,
  formatMegahertz,
  formatPercent,
  formatTransferRate,
  formatVideoMemory,
  formatWatts,
} from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { type ChartRange, rangeMs } from './charts/chart-range.ts';
import { firstNotBefore } from './charts/decimate.ts';
import { extentOf } from './charts/extent.ts';

type Format = (value: number, locale: string) => string;

const RECORDED: readonly { readonly column: GpuColumn; readonly format: Format }[] = [
  { column: 'temperatureC', format: formatCelsius },
  { column: 'memoryTemperatureC', format: formatCelsius },
  { column: 'powerMilliwatts', format: formatWatts },
  { column: 'utilisationPercent', format: formatPercent },
  { column: 'memoryUsedBytes', format: formatVideoMemory },
  { column: 'fanPercent', format: formatPercent },
  { column: 'graphicsClockMegahertz', format: formatMegahertz },
];

const PASSING = [
  { field: 'memoryClockMegahertz', format: formatMegahertz },
  { field: 'memoryUtilisationPercent', format: formatPercent },
  { field: 'pcieReceiveKilobytesPerSecond', format: formatTransferRate },
  { field: 'pcieTransmitKilobytesPerSecond', format: formatTransferRate },
] as const satisfies readonly { readonly field: keyof GpuSample; readonly format: Format }[];

/** What the charts show, in figures: the same for those who cannot see a chart. */
export function ReadingsCard({
  uuid,
  sample,
  range,
  className,
}: {
  uuid: string;
  sample: GpuSample | null;
  range: ChartRange;
  className: string;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  // Renders this anew once the past is there.
  useGpuHistory(uuid);
  const series = useGpuRecorder().series(uuid);
  const fromRow = firstNotBefore(series.times, (series.lastAtMs ?? 0) - rangeMs(range));
  const text = (value: number | null | undefined, format: Format) =>
    value === null || value === undefined ? '–' : format(value, locale);
  return (
    <Card title={t('gpu.readings.title')} className={className}>
      <table className="w-full text-left tabular-nums max-sm:text-sm">
        <caption className="sr-only">{t(`gpu.readings.caption.${range}`)}</caption>
        <thead className="text-sm text-muted">
          <tr>
            <th scope="col" className="pb-1 font-normal">
              {t('gpu.readings.what')}
            </th>
            <th scope="col" className="pb-1 pl-2 sm:pl-4 text-right font-normal">
              {t('gpu.readings.now')}
            </th>
            <th scope="col" className="pb-1 pl-2 sm:pl-4 text-right font-normal">
              {t('gpu.readings.lowest')}
            </th>
            <th scope="col" className="pb-1 pl-2 sm:pl-4 text-right font-normal">
              {t('gpu.readings.highest')}
            </th>
          </tr>
        </thead>
        <tbody>
          {RECORDED.map(({ column, format }) => {
            const extent = extentOf(series.column(column), fromRow);
            return (
              <Reading
                key={column}
                label={t(`gpu.readings.${column}`)}
                now={text(sample?.[column], format)}
                lowest={text(extent?.lowest, format)}
                highest={text(extent?.highest, format)}
              />
            );
          })}
          {PASSING.map(({ field, format }) => (
            <Reading
              key={field}
              label={t(`gpu.readings.${field}`)}
              now={text(sample?.[field], format)}
              lowest=""
              highest=""
            />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Reading({
  label,
  now,
  lowest,
  highest,
}: {
  label: string;
  now: string;
  lowest: string;
  highest: string;
}) {
  return (
    <tr className="border-t border-line">
      <th scope="row" className="py-1.5 font-normal">
        {label}
      </th>
      <td className="py-1.5 pl-2 sm:pl-4 text-right font-semibold whitespace-nowrap">{now}</td>
      <td className="py-1.5 pl-2 sm:pl-4 text-right whitespace-nowrap text-muted">{lowest}</td>
      <td className="py-1.5 pl-2 sm:pl-4 text-right whitespace-nowrap text-muted">{highest}</td>
    </tr>
  );
}
