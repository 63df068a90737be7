import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { GpuView } from '../../shared/local-api.ts';
import { useConnection } from '../api/agent-context.tsx';
import { useStatus } from '../api/queries.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { Icon } from '../components/icon.tsx';
import { ToggleSwitch } from '../components/toggle-switch.tsx';
import {
  formatCelsius,
  formatMegahertz,
  formatPercent,
  formatVideoMemory,
  formatWatts,
} from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { SaveStateNote } from '../settings/save-state-note.tsx';
import { preferencesChange } from './card-preferences.ts';
import { type GpuActivity, gpuActivity } from './gpu-activity.ts';
import { useCalmActivity } from './use-calm-activity.ts';

const TONES: Record<GpuActivity | 'offline', { wash: string; text: string }> = {
  working: { wash: 'bg-jade-wash', text: 'text-jade' },
  paced: { wash: 'bg-jade-wash', text: 'text-jade' },
  ready: { wash: 'bg-sky-wash', text: 'text-sky' },
  resting: { wash: 'bg-amber-wash', text: 'text-amber' },
  stopped: { wash: 'bg-amber-wash', text: 'text-amber' },
  forbidden: { wash: 'bg-sunken', text: 'text-muted' },
  offline: { wash: 'bg-sunken', text: 'text-muted' },
};

/** Which card, what it does now and why, and whether it may. */
export function CardHeader({
  view,
  enabled,
  cards,
  disabled,
}: {
  view: GpuView;
  enabled: boolean;
  cards: number;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const id = useId();
  const status = useStatus().data;
  const isOffline = useConnection().state.phase === 'offline';
  const { save, state } = useSaveSettings();
  const shown = useCalmActivity(gpuActivity(view, status, cards), view.dutyCycle);
  const activity = isOffline ? 'offline' : shown;
  const tone = TONES[activity];
  const pace = formatPercent(view.dutyCycle * 100, locale);
  return (
    <section aria-labelledby={`${id}-name`} className="card overflow-hidden">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-4 p-5 sm:p-6">
        <div className={`flex size-16 shrink-0 items-center justify-center rounded-card ${tone.wash}`}>
          <Icon name="graphicsCard" className={`size-9 ${tone.text}`} />
        </div>
        <div className="min-w-48 flex-1 basis-48">
          <p className={`flex items-center gap-2 text-sm font-semibold ${tone.text}`}>
            <span className="size-2 rounded-full bg-current" aria-hidden="true" />
            {activity === 'offline' ? t('state.offline') : t(`gpu.activity.${activity}`, { pace })}
          </p>
          <h2
            id={`${id}-name`}
            className="mt-0.5 text-2xl leading-tight font-bold tracking-tight wrap-anywhere"
          >
            {view.device.name}
          </h2>
          <p className="mt-1 min-h-6 text-muted">
            {activity === 'offline' && t('connection.offlineStale')}
            {activity === 'resting' && status?.reasons[0]?.message}
            {activity === 'stopped' && view.detail}
            {activity !== 'offline' &&
              activity !== 'resting' &&
              activity !== 'stopped' &&
              t(`gpu.activityDetail.${activity}`)}
          </p>
        </div>
        <div className="flex flex-col items-start sm:items-end">
          <span className="flex items-center gap-3">
            <label htmlFor={id} className="font-semibold">
              {t('gpu.mayWork')}
            </label>
            <ToggleSwitch
              id={id}
              checked={enabled}
              disabled={disabled}
              onCheckedChange={(wanted) => save(preferencesChange(view.device.uuid, { enabled: wanted }))}
            />
          </span>
          <SaveStateNote state={state} />
        </div>
      </div>
      <Figures
        view={view}
        isComputing={activity === 'working' || activity === 'paced' || activity === 'ready'}
      />
      <Throttling view={view} />
    </section>
  );
}

function Figures({ view, isComputing }: { view: GpuView; isComputing: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { sample, device } = view;
  const text = (value: number | null | undefined, format: (value: number, locale: string) => string) =>
    value === null || value === undefined ? undefined : format(value, locale);
  const of = (limit: string | undefined) => (limit === undefined ? undefined : t('gpu.figure.of', { limit }));
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-4 border-t border-line px-5 py-4 min-[30rem]:grid-cols-3 sm:px-6 lg:grid-cols-6">
      <Figure
        label={t('gpu.figure.temperature')}
        value={text(sample?.temperatureC, formatCelsius)}
        detail={
          sample?.memoryTemperatureC == null
            ? undefined
            : t('gpu.figure.memoryTemperature', { value: formatCelsius(sample.memoryTemperatureC, locale) })
        }
      />
      <Figure
        label={t('gpu.figure.power')}
        value={text(sample?.powerMilliwatts, formatWatts)}
        detail={of(text(sample?.powerLimitMilliwatts, formatWatts))}
      />
      <Figure
        label={t('gpu.figure.load')}
        value={text(sample?.utilisationPercent, formatPercent)}
        detail={text(sample?.graphicsClockMegahertz, formatMegahertz)}
      />
      <Figure
        label={t('gpu.figure.memory')}
        value={text(sample?.memoryUsedBytes, formatVideoMemory)}
        detail={of(formatVideoMemory(device.memoryBytes, locale))}
      />
      <Figure
        label={t('gpu.figure.fan')}
        value={text(sample?.fanPercent, formatPercent)}
        detail={sample !== null && sample.fanPercent === null ? t('gpu.figure.noFan') : undefined}
      />
      <Figure
        label={t('gpu.figure.pace')}
        value={isComputing ? formatPercent(view.dutyCycle * 100, locale) : undefined}
        detail={t(
          !isComputing
            ? 'gpu.figure.paceOff'
            : view.dutyCycle < 1
              ? 'gpu.figure.paced'
              : 'gpu.figure.paceFull',
        )}
      />
    </dl>
  );
}

function Figure({
  label,
  value = '–',
  detail,
}: {
  label: string;
  value: string | undefined;
  detail: string | undefined;
}) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-sm text-muted">{label}</dt>
      <dd className="text-xl leading-7 font-bold tabular-nums">{value}</dd>
      <dd className="min-h-5 text-sm text-muted tabular-nums">{detail}</dd>
    </div>
  );
}

/** Why the card is not faster, in words. */
function Throttling({ view }: { view: GpuView }): ReactNode {
  const { t } = useTranslation();
  const reasons = view.sample?.throttleReasons ?? null;
  if (reasons === null) return null;
  const isAlarming = reasons.some(
    (reason) => reason === 'software-thermal' || reason.startsWith('hardware-'),
  );
  return (
    <div
      className={`flex items-start gap-2.5 border-t border-line px-5 py-2.5 text-sm sm:px-6 ${isAlarming ? 'bg-amber-wash' : 'bg-sunken'}`}
    >
      <Icon
        name={isAlarming ? 'warning' : 'info'}
        className={`mt-0.5 size-4.5 ${isAlarming ? 'text-amber' : 'text-muted'}`}
      />
      {reasons.length === 0 ? (
        <p>{t('gpu.notThrottled')}</p>
      ) : (
        <ul aria-label={t('gpu.throttled')}>
          {reasons.toReversed().map((reason) => (
            <li key={reason}>{t(`gpu.throttle.${reason}`)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
