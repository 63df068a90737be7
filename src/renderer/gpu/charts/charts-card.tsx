import { memo, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useGpuRecorder } from '../../api/agent-context.tsx';
import { useGpuHistory } from '../../api/gpu-queries.ts';
import { useErrorText } from '../../api/use-error-text.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ChoiceBar } from '../../components/choice-bar.tsx';
import { useLocale } from '../../i18n/use-locale.ts';
import { ChartFigure } from './chart-figure.tsx';
import type { ChartRange } from './chart-range.ts';
import { CHART_RANGES, rangeMs } from './chart-range.ts';
import { type ChartSubject, chartSpecs } from './chart-specs.ts';

/** The live charts of one card. Rendered again when what they compare with changes, not at a reading. */
export const ChartsCard = memo(function ChartsCard({
  uuid,
  subject,
  range,
  onRangeChange,
}: {
  uuid: string;
  subject: ChartSubject;
  range: ChartRange;
  onRangeChange: (range: ChartRange) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const errorText = useErrorText();
  const recorder = useGpuRecorder();
  const history = useGpuHistory(uuid);
  const hoverClock = useRef<HTMLSpanElement>(null);
  const specs = useMemo(() => chartSpecs(subject, t, locale), [subject, t, locale]);
  const wide = specs.filter(({ id }) => id === 'temperature' || id === 'power');
  const small = specs.filter((spec) => !wide.includes(spec));
  return (
    <Card
      title={t('gpu.chart.card')}
      action={
        <div className="flex items-center gap-3">
          <span ref={hoverClock} aria-hidden="true" className="text-sm text-muted tabular-nums" />
          <ChoiceBar
            label={t('gpu.chart.range')}
            value={range}
            choices={CHART_RANGES.map((value) => ({ value, label: t(`gpu.chart.ranges.${value}`) }))}
            onChange={onRangeChange}
          />
        </div>
      }
    >
      {history.error !== null && (
        <p role="alert" className="mb-3 flex flex-wrap items-center gap-3 text-sm text-ember">
          {t('gpu.chart.historyFailed', { message: errorText(history.error) })}
          <Button compact onClick={() => void history.refetch()}>
            {t('action.tryAgain')}
          </Button>
        </p>
      )}
      <div className="flex flex-col gap-5">
        <Row count={wide.length} className="lg:grid-cols-2">
          {wide.map((spec) => (
            <ChartFigure
              key={`${spec.id}-${spec.lines.length}`}
              recorder={recorder}
              series={recorder.series(uuid)}
              spec={spec}
              spanMs={rangeMs(range)}
              hoverClock={hoverClock}
              className="h-56"
            />
          ))}
        </Row>
        <Row count={small.length} className={small.length === 3 ? 'sm:grid-cols-3' : 'sm:grid-cols-2'}>
          {small.map((spec) => (
            <ChartFigure
              key={spec.id}
              recorder={recorder}
              series={recorder.series(uuid)}
              spec={spec}
              spanMs={rangeMs(range)}
              hoverClock={hoverClock}
              className="h-40"
            />
          ))}
        </Row>
      </div>
    </Card>
  );
});

function Row({
  count,
  className,
  children,
}: {
  count: number;
  className: string;
  children: React.ReactNode;
}) {
  return <div className={`grid gap-x-6 gap-y-5 ${count > 1 ? className : ''}`}>{children}</div>;
}
