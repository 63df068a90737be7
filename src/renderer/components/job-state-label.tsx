import { useTranslation } from 'react-i18next';
import type { JobState } from '../../shared/local-api.ts';

const COLOURS: Record<JobState, string> = {
  waiting: 'text-sky',
  running: 'text-jade',
  finished: 'text-jade',
  failed: 'text-ember',
  preempted: 'text-amber',
  cancelled: 'text-muted',
};

/** A job's state: the word, and a mark whose shape differs for those who do not see its colour. */
export function JobStateLabel({ state }: { state: JobState }) {
  const { t } = useTranslation();
  return (
    <span
      className={`inline-flex items-center gap-2 text-sm font-semibold whitespace-nowrap ${COLOURS[state]}`}
    >
      <svg viewBox="0 0 12 12" className="size-3 shrink-0" aria-hidden="true">
        <Mark state={state} />
      </svg>
      {t(`jobState.${state}`)}
    </span>
  );
}

function Mark({ state }: { state: JobState }) {
  const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 2, strokeLinecap: 'round' } as const;
  switch (state) {
    case 'waiting':
      return <circle cx="6" cy="6" r="4" {...line} />;
    case 'running':
      return <circle cx="6" cy="6" r="5" fill="currentColor" />;
    case 'finished':
      return <path d="m2 6.5 3 3 5-7" {...line} />;
    case 'failed':
      return <path d="m2.5 2.5 7 7m0-7-7 7" {...line} />;
    case 'preempted':
      return <path d="M10 9V6.5a2 2 0 0 0-2-2H2m2.5-3L2 4.5l2.5 3" {...line} />;
    case 'cancelled':
      return <path d="M2 6h8" {...line} />;
  }
}
