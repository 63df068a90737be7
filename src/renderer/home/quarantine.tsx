import { useTranslation } from 'react-i18next';
import type { QuarantinedModel } from '../../shared/local-api.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useRetryModel } from '../api/queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';

/** The models that are not run any more because they broke workers, newest first; nothing when there are none. */
export function Quarantine({ models }: { models: readonly QuarantinedModel[] }) {
  const { t } = useTranslation();
  if (models.length === 0) return null;
  return (
    <Card title={t('quarantine.title')}>
      <p className="mb-3 text-sm text-muted">{t('quarantine.help')}</p>
      <ul aria-label={t('quarantine.title')} className="flex flex-col gap-3">
        {models.map((model) => (
          <QuarantineRow key={model.digest} model={model} />
        ))}
      </ul>
    </Card>
  );
}

function QuarantineRow({ model }: { model: QuarantinedModel }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const errorText = useErrorText();
  const retry = useRetryModel();
  const live = useIsLive();
  const { digest, modelId, at, faults } = model;
  return (
    <li className="flex items-start gap-3">
      <div className="min-w-0 grow">
        <p className="font-semibold wrap-anywhere">{modelId}</p>
        <p className="text-sm text-muted">
          {t('quarantine.since', { moment: formatMoment(at, Date.now(), locale) })}
        </p>
        <ul className="mt-1 text-sm wrap-anywhere">
          {faults.map((fault) => (
            <li key={fault.at + fault.kind}>
              {t(`quarantine.kind.${fault.kind}`)}: {fault.detail}
            </li>
          ))}
        </ul>
        {retry.error !== null && (
          <p role="alert" className="text-sm text-ember">
            {t('quarantine.retryFailed', { message: errorText(retry.error) })}
          </p>
        )}
      </div>
      <Button
        compact
        aria-label={t('quarantine.retry', { model: modelId })}
        disabled={!live || retry.isPending}
        onClick={() => retry.mutate(digest)}
      >
        {t('action.tryAgain')}
      </Button>
    </li>
  );
}
