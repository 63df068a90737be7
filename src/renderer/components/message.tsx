import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { GataError } from '../../shared/gata-error.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

/** Fills a place that has nothing to show: what is missing, and what brings it. */
export function EmptyState({
  icon,
  title,
  detail,
  action,
}: {
  icon: IconName;
  title: string;
  detail?: string;
  action?: ReactNode;
}) {
  return (
    <div className="flex grow flex-col items-center justify-center gap-1 p-6 text-center">
      <Icon name={icon} className="mb-2 size-7 text-muted" />
      <p className="font-semibold">{title}</p>
      {detail !== undefined && <p className="max-w-sm text-muted">{detail}</p>}
      {action !== undefined && <div className="mt-3">{action}</div>}
    </div>
  );
}

/** Fills a place that could not be loaded: what failed, why, its code, and a way to try again. */
export function ErrorState({
  title,
  error,
  onRetry,
}: {
  title: string;
  error: Error;
  onRetry?: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <div role="alert" className="flex grow flex-col items-center justify-center gap-1 p-6 text-center">
      <Icon name="warning" className="mb-2 size-7 text-ember" />
      <p className="font-semibold">{title}</p>
      <p className="max-w-sm text-muted">{errorText(error)}</p>
      {error instanceof GataError && (
        <p className="text-sm text-muted">{t('error.code', { code: error.code })}</p>
      )}
      {onRetry !== undefined && (
        <Button className="mt-3" onClick={onRetry}>
          {t('action.tryAgain')}
        </Button>
      )}
    </div>
  );
}
