import { Progress } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LibraryView } from '../../shared/providers-page.ts';
import { isBeingFetched, useLibraryAction } from '../api/provider-queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Badge } from '../components/badge.tsx';
import { Button, IconButton } from '../components/button.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Icon } from '../components/icon.tsx';
import { formatBytes, share } from '../format/amount.ts';
import { useLocale } from '../i18n/use-locale.ts';

/** A provider's library: what it is, how its download does, and what can be done with it. */
export function ProviderLibraryLine({
  name,
  library,
  disabled,
}: {
  name: string;
  library: LibraryView;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const errorText = useErrorText();
  const act = useLibraryAction();
  const [asking, setAsking] = useState<'download' | 'remove'>();
  const { id, version, licence, state, problem } = library;
  const size = formatBytes(library.bytes, locale);
  const isIdle = !disabled && !act.isPending;
  const close = (isOpen: boolean) => {
    if (!isOpen) setAsking(undefined);
  };
  return (
    <div className="mt-1.5 flex flex-wrap items-start gap-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-muted tabular-nums">
          <span className="wrap-anywhere">
            {t('providers.library.summary', { id, version, size, licence: licence.name })}
          </span>
          {state === 'installed' && <Badge tone="jade">{t('providers.library.installed')}</Badge>}
          {state === 'damaged' && <Badge tone="ember">{t('providers.library.damaged')}</Badge>}
          {state === 'verifying' && <Badge tone="amber">{t('providers.library.verifying')}</Badge>}
        </p>
        {isBeingFetched(library) && <Fetched name={name} library={library} />}
        {problem !== null && <p className="mt-1 max-w-prose text-sm text-ember">{problem}</p>}
        {act.error !== null && (
          <p role="alert" className="mt-1 text-sm text-ember">
            {t('providers.library.failed', { message: errorText(act.error) })}
          </p>
        )}
      </div>
      {(state === 'not-installed' || state === 'damaged') && (
        <Button
          aria-label={t('providers.library.downloadLabel', { name })}
          disabled={!isIdle}
          onClick={() => setAsking('download')}
        >
          {t('providers.library.download')}
        </Button>
      )}
      {isBeingFetched(library) && (
        <Button
          aria-label={t('providers.library.cancelLabel', { name })}
          disabled={!isIdle}
          onClick={() => act.mutate({ action: 'cancel', library })}
        >
          {t('action.cancel')}
        </Button>
      )}
      {(state === 'installed' || state === 'damaged') && (
        <IconButton
          label={t('providers.library.removeLabel', { name })}
          disabled={!isIdle}
          onClick={() => setAsking('remove')}
        >
          <Icon name="trash" className="size-4.5" />
        </IconButton>
      )}
      <ConfirmDialog
        open={asking === 'download'}
        onOpenChange={close}
        title={t('providers.licence.title', { name, size })}
        confirm={t('providers.licence.accept')}
        isDangerous={false}
        onConfirm={() => act.mutate({ action: 'download', library })}
      >
        <p>{t('providers.licence.intro', { licence: licence.name })}</p>
        <p className="text-sm wrap-anywhere select-text">
          {t('providers.licence.link', { url: licence.url })}
        </p>
        {licence.text !== '' && (
          <section
            aria-label={t('providers.licence.text')}
            className="max-h-56 overflow-y-auto rounded-lg bg-sunken p-3 text-sm whitespace-pre-wrap select-text"
            // A keyboard scrolls what has the focus.
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls.
            tabIndex={0}
          >
            {licence.text}
          </section>
        )}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'remove'}
        onOpenChange={close}
        title={t('providers.remove.title', { name })}
        confirm={t('action.remove')}
        onConfirm={() => act.mutate({ action: 'remove', library })}
      >
        <p>{t('providers.remove.body', { size })}</p>
      </ConfirmDialog>
    </div>
  );
}

function Fetched({ name, library }: { name: string; library: LibraryView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const done = library.doneBytes ?? 0;
  const percent = share(done, library.bytes) * 100;
  return (
    <div className="mt-2 flex items-center gap-3">
      <Progress.Root
        value={Math.floor(percent)}
        aria-label={t('providers.library.progressLabel', { name })}
        className="h-2 grow overflow-hidden rounded-full bg-line"
      >
        <Progress.Indicator className="h-full bg-jade" style={{ width: `${percent}%` }} />
      </Progress.Root>
      <span className="text-sm text-muted tabular-nums">
        {t('providers.library.progress', {
          done: formatBytes(done, locale),
          total: formatBytes(library.bytes, locale),
        })}
      </span>
    </div>
  );
}
