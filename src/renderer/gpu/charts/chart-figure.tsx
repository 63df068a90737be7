import { memo, type RefObject, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { GpuRecorder } from '../../api/gpu-recorder.ts';
import type { GpuSeries } from '../../api/gpu-series.ts';
import { useLocale } from '../../i18n/use-locale.ts';
import { onThemeChange } from './chart-colours.ts';
import type { ChartLine, ChartSpec } from './chart-spec.ts';
import { RedrawWhenSeen } from './redraw-when-seen.ts';
import { TimeChart } from './time-chart.ts';

const SWATCHES: Record<ChartLine['colour'], string> = { jade: 'bg-jade', sky: 'bg-sky' };

/**
 * A chart under its title, with the value under the cursor or the newest one. Rendered once: readings go from the
 * recorder to the canvas and to the values' text nodes without React.
 */
export const ChartFigure = memo(function ChartFigure({
  recorder,
  series,
  spec,
  spanMs,
  hoverClock,
  className = '',
}: {
  recorder: GpuRecorder;
  series: GpuSeries;
  spec: ChartSpec;
  spanMs: number;
  /** Told the moment that the cursor is at. */
  hoverClock: RefObject<HTMLElement | null>;
  className?: string;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const host = useRef<HTMLDivElement>(null);
  const values = useRef<(HTMLElement | null)[]>([]);
  const shown = useRef({ spec, spanMs });
  const redraw = useRef<() => void>(undefined);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
    const exactClock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
    const chart = new TimeChart(
      element,
      series,
      shown.current.spec,
      shown.current.spanMs,
      (atMs) => clock.format(atMs),
      {
        onValues: (newest, hoveredAtMs) => {
          for (const [index, value] of newest.entries())
            setText(values.current[index], value === null ? '–' : shown.current.spec.format(value));
          setText(hoverClock.current, hoveredAtMs === null ? '' : exactClock.format(hoveredAtMs));
        },
      },
    );
    const seen = new RedrawWhenSeen(element, () => {
      chart.show(shown.current.spec, shown.current.spanMs);
      chart.draw();
    });
    redraw.current = seen.request;
    const endRecorder = recorder.subscribe(seen.request);
    const endTheme = onThemeChange(() => {
      chart.refreshColours();
      seen.request();
    });
    const size = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      chart.resize(entry.contentRect.width, entry.contentRect.height);
      seen.request();
    });
    size.observe(element);
    return () => {
      size.disconnect();
      endTheme();
      endRecorder();
      seen[Symbol.dispose]();
      chart[Symbol.dispose]();
    };
  }, [recorder, series, locale, hoverClock]);

  useEffect(() => {
    shown.current = { spec, spanMs };
    redraw.current?.();
  }, [spec, spanMs]);

  return (
    <figure aria-labelledby={id} className={`flex min-w-0 flex-col ${className}`}>
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span id={id} className="text-sm font-semibold">
          {spec.title}
        </span>
        <span aria-hidden="true" className="flex gap-4 text-sm">
          {spec.lines.map((line, index) => (
            <span key={line.column} className="flex items-baseline gap-1.5">
              {spec.lines.length > 1 && (
                <>
                  <span className={`h-0.5 w-3 self-center rounded-full ${SWATCHES[line.colour]}`} />
                  <span className="text-muted">{line.label}</span>
                </>
              )}
              <span
                ref={(element) => {
                  values.current[index] = element;
                }}
                className="min-w-10 text-right font-semibold tabular-nums"
              />
            </span>
          ))}
        </span>
      </figcaption>
      <div
        ref={host}
        role="img"
        aria-label={t('gpu.chart.alternative', { title: spec.title })}
        className="mt-1 min-h-0 grow overflow-hidden"
      />
    </figure>
  );
});

/** Leaves the node alone while the text stays, so that nothing is laid out anew. */
function setText(element: HTMLElement | null | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
