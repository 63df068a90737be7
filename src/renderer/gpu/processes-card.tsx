import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { GpuProcess } from '../../shared/gpu.ts';
import { Card } from '../components/card.tsx';
import { formatVideoMemory } from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';

/** Who uses the card now, the largest first. */
export const ProcessesCard = memo(function ProcessesCard({
  processes,
  className,
}: {
  processes: readonly GpuProcess[] | null;
  className: string;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Card title={t('gpu.processes.title')} className={className}>
      {processes === null ? (
        <p className="text-muted">{t('gpu.processes.unknown')}</p>
      ) : processes.length === 0 ? (
        <p className="text-muted">{t('gpu.processes.none')}</p>
      ) : (
        <ul>
          {processes
            .toSorted((a, b) => (b.usedBytes ?? 0) - (a.usedBytes ?? 0))
            .map((process) => (
              <li
                key={`${process.pid}-${process.kind}`}
                className="flex items-baseline justify-between gap-4 border-line py-1.5 not-first:border-t"
              >
                <span className="min-w-0">
                  <span className="block font-semibold tabular-nums">
                    {t('gpu.processes.pid', { pid: process.pid })}
                  </span>
                  <span className="block text-sm text-muted">{t(`gpu.processes.${process.kind}`)}</span>
                </span>
                <span className="shrink-0 tabular-nums">
                  {process.usedBytes === null ? '–' : formatVideoMemory(process.usedBytes, locale)}
                </span>
              </li>
            ))}
        </ul>
      )}
    </Card>
  );
});
