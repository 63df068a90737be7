import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../api/agent-context.tsx';
import { formatClock, remainingMs } from '../format/duration.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { useNow } from './use-now.ts';

/** Above every screen while the agent is gone, or while page and agent do not understand each other. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const { state, outOfDate, retryNow } = useConnection();
  if (state.phase === 'offline')
    return (
      <Banner
        tone="bg-ember-wash"
        icon="unplugged"
        title={t('connection.offlineTitle')}
        detail={t('connection.offlineHelp')}
      >
        {state.retryAt !== null && (
          <>
            <NextTry at={state.retryAt} />
            <Button compact onClick={retryNow}>
              {t('action.tryNow')}
            </Button>
          </>
        )}
      </Banner>
    );
  if (outOfDate)
    return (
      <Banner
        tone="bg-amber-wash"
        icon="warning"
        title={t('connection.incompatibleTitle')}
        detail={t('connection.incompatibleHelp')}
      >
        <Button compact onClick={() => window.location.reload()}>
          {t('action.reload')}
        </Button>
      </Banner>
    );
  return null;
}

function NextTry({ at }: { at: number }) {
  const { t } = useTranslation();
  const left = remainingMs(new Date(at).toISOString(), useNow(true));
  return (
    <span className="text-sm whitespace-nowrap text-muted tabular-nums">
      {left === 0 ? t('connection.retrying') : t('connection.retryIn', { time: formatClock(left) })}
    </span>
  );
}

function Banner({
  tone,
  icon,
  title,
  detail,
  children,
}: {
  tone: string;
  icon: 'unplugged' | 'warning';
  title: string;
  detail: string;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={title}
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2.5 sm:px-6 ${tone}`}
    >
      <Icon name={icon} className="size-5 text-ember" />
      <p className="min-w-0 flex-1 basis-64">
        <strong className="font-semibold">{title}.</strong> {detail}
      </p>
      <span className="flex items-center gap-3">{children}</span>
    </section>
  );
}
