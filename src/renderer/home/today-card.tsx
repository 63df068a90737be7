import { useTranslation } from 'react-i18next';
import type { Profit, Totals } from '../../shared/local-api.ts';
import type { TaskKind } from '../../shared/task.ts';
import { Card } from '../components/card.tsx';
import { formatCount } from '../format/amount.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { routeHref } from '../route.ts';
import { kindShares } from './kind-shares.ts';
import { TodayMoney } from './today-money.tsx';

const COLOURS: Record<TaskKind, string> = {
  'text.generate': 'bg-jade',
  embedding: 'bg-sky',
  'image.classify': 'bg-amber',
  'onnx.run': 'bg-edge',
};

export function TodayCard({ today, profit }: { today: Totals; profit: Profit }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const shares = kindShares(today);
  return (
    <Card
      title={t('today.title')}
      action={
        <a
          href={routeHref({ screen: 'jobs' })}
          className="rounded text-sm font-semibold text-jade hover:underline"
        >
          {t('today.allJobs')}
        </a>
      }
    >
      <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-3">
        <p className="flex items-baseline gap-2">
          <span className="text-4xl leading-none font-bold tracking-tight tabular-nums">
            {formatCount(today.finished, locale)}
          </span>
          <span className="text-muted">{t('today.finished', { count: today.finished })}</span>
        </p>
        <dl className="flex gap-6 text-sm">
          <Small label={t('today.tokens')} value={formatCount(today.tokens, locale)} />
          <Small label={t('today.preempted')} value={formatCount(today.preempted, locale)} />
          <Small label={t('today.failed')} value={formatCount(today.failed, locale)} />
        </dl>
      </div>
      <div className="mt-5 flex h-2.5 gap-0.5 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        {shares.map(({ kind, share }) =>
          share === 0 ? null : (
            <div key={kind} className={COLOURS[kind]} style={{ width: `${share * 100}%` }} />
          ),
        )}
      </div>
      <ul
        aria-label={t('today.byKind')}
        className="mt-3 grid grid-cols-1 min-[26rem]:grid-cols-2 gap-x-8 gap-y-1"
      >
        {shares.map(({ kind, count }) => (
          <li key={kind} className="flex items-center gap-2">
            <span className={`size-2.5 rounded-sm ${COLOURS[kind]}`} aria-hidden="true" />
            <span className="grow truncate text-muted">{t(`kind.${kind}`)}</span>
            <span className="font-semibold tabular-nums">{formatCount(count, locale)}</span>
          </li>
        ))}
      </ul>
      <TodayMoney profit={profit} />
    </Card>
  );
}

function Small({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className="text-base font-semibold tabular-nums">{value}</dd>
    </div>
  );
}
