import { Progress } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../shared/local-api.ts';
import { useRemoveModel } from '../api/queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Badge } from '../components/badge.tsx';
import { IconButton } from '../components/button.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Icon } from '../components/icon.tsx';
import { formatBytes, share } from '../format/amount.ts';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { ModelTrustLine } from './model-trust-line.tsx';

export function ModelRow({ model, disabled }: { model: ModelView; disabled: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const errorText = useErrorText();
  const remove = useRemoveModel();
  const [asking, setAsking] = useState(false);
  const { name, demo, description } = model.manifest;
  const size = formatBytes(model.bytes, locale);
  return (
    <li className="flex items-start gap-3 border-line py-3.5 not-first:border-t">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="font-semibold wrap-anywhere">{name}</span>
          {demo && <Badge tone="sky">{t('demo.model')}</Badge>}
          {model.state === 'failed' && <Badge tone="ember">{t('models.failed')}</Badge>}
          {model.state === 'downloading' && <Badge tone="amber">{t('models.downloading')}</Badge>}
        </p>
        {description !== '' && <p className="max-w-prose text-sm text-muted">{description}</p>}
        <p className="text-sm text-muted tabular-nums">
          {[
            size,
            t(model.origin === 'user' ? 'models.originUser' : 'models.originNetwork'),
            model.manifest.licence,
            model.lastUsedAt === null
              ? t('models.neverUsed')
              : t('models.used', { moment: formatMoment(model.lastUsedAt, Date.now(), locale) }),
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </p>
        {model.state === 'downloading' && <Download model={model} />}
        <ModelTrustLine model={model} disabled={disabled} />
        {model.error !== null && (
          <p className="mt-1 text-sm text-ember">
            {model.error.message} {t('error.code', { code: model.error.code })}
          </p>
        )}
        {remove.error !== null && (
          <p role="alert" className="mt-1 text-sm text-ember">
            {t('models.removeFailed', { message: errorText(remove.error) })}
          </p>
        )}
      </div>
      <IconButton
        label={t('models.removeLabel', { name })}
        disabled={disabled || remove.isPending}
        onClick={() => setAsking(true)}
      >
        <Icon name="trash" className="size-4.5" />
      </IconButton>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('models.removeTitle', { name })}
        confirm={t('action.remove')}
        onConfirm={() => remove.mutate(model.digest)}
      >
        <p>{t(model.origin === 'user' ? 'models.removeBodyUser' : 'models.removeBody', { size })}</p>
      </ConfirmDialog>
    </li>
  );
}

function Download({ model }: { model: ModelView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const percent = share(model.downloadedBytes, model.bytes) * 100;
  return (
    <div className="mt-2 flex items-center gap-3">
      <Progress.Root
        value={Math.floor(percent)}
        aria-label={t('models.progressLabel', { name: model.manifest.name })}
        className="h-2 grow overflow-hidden rounded-full bg-line"
      >
        <Progress.Indicator className="h-full bg-jade" style={{ width: `${percent}%` }} />
      </Progress.Root>
      <span className="text-sm text-muted tabular-nums">
        {t('models.progress', {
          done: formatBytes(model.downloadedBytes, locale),
          total: formatBytes(model.bytes, locale),
        })}
      </span>
    </div>
  );
}
