import { useTranslation } from 'react-i18next';
import type { Notice } from '../../shared/local-api.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useDismissNotice } from '../api/queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { IconButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';

const LOOKS = {
  info: { icon: 'info', colours: 'bg-sky-wash', mark: 'text-sky' },
  warning: { icon: 'warning', colours: 'bg-amber-wash', mark: 'text-amber' },
  error: { icon: 'warning', colours: 'bg-ember-wash', mark: 'text-ember' },
} as const;

/** What waits for the user's eyes, newest first. */
export function Notices({ notices }: { notices: readonly Notice[] }) {
  const { t } = useTranslation();
  if (notices.length === 0) return null;
  return (
    <ul aria-label={t('notices.title')} className="flex flex-col gap-2">
      {notices
        .toSorted((a, b) => b.at.localeCompare(a.at))
        .map((notice) => (
          <NoticeRow key={notice.id} notice={notice} />
        ))}
    </ul>
  );
}

function NoticeRow({ notice }: { notice: Notice }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const errorText = useErrorText();
  const dismiss = useDismissNotice();
  const live = useIsLive();
  const look = LOOKS[notice.level];
  return (
    <li className={`flex items-start gap-3 rounded-card px-4 py-3 ${look.colours}`}>
      <Icon name={look.icon} className={`mt-0.5 size-5 ${look.mark}`} />
      <div className="min-w-0 grow">
        <p className="wrap-anywhere">
          <span className="sr-only">{t(`notices.${notice.level}`)}: </span>
          {notice.message}
        </p>
        <p className="text-sm text-muted">
          {formatMoment(notice.at, Date.now(), locale)} · {t('notices.code', { code: notice.code })}
        </p>
        {dismiss.error !== null && (
          <p role="alert" className="text-sm text-ember">
            {t('notices.dismissFailed', { message: errorText(dismiss.error) })}
          </p>
        )}
      </div>
      <IconButton
        label={t('action.dismissNotice', { message: notice.message })}
        disabled={!live || dismiss.isPending}
        onClick={() => dismiss.mutate(notice.id)}
      >
        <Icon name="close" className="size-4.5" />
      </IconButton>
    </li>
  );
}
