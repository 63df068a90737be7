import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../shared/local-api.ts';
import type { ModelTrust } from '../../shared/model-trust.ts';
import { usePermitModel } from '../api/queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { formatBytes } from '../format/amount.ts';
import { useLocale } from '../i18n/use-locale.ts';

/** Who vouches for a model, or why it does not run; for one that the user added, the choice. */
export function ModelTrustLine({ model, disabled }: { model: ModelView; disabled: boolean }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const permit = usePermitModel();
  const [asking, setAsking] = useState(false);
  const { trust, manifest, digest } = model;
  if (trust === undefined || model.state !== 'ready') return null;
  const { state, keyId, detail } = trust;
  const name = manifest.name;
  return (
    <div className="mt-1 text-sm">
      <p className={isRun(trust) ? 'text-muted' : 'font-semibold text-ember'}>
        {t(`models.trust.${state}`, { keyId: keyId ?? '' })}
      </p>
      {detail !== null && <p className="max-w-prose text-muted">{detail}</p>}
      {state === 'unasked' && (
        <Button
          compact
          className="mt-2"
          aria-label={t('models.allowLabel', { name })}
          disabled={disabled || permit.isPending}
          onClick={() => setAsking(true)}
        >
          {t('models.allow')}
        </Button>
      )}
      {state === 'allowed' && (
        <Button
          compact
          className="mt-2"
          aria-label={t('models.disallowLabel', { name })}
          disabled={disabled || permit.isPending}
          onClick={() => permit.mutate({ digest, isAllowed: false })}
        >
          {t('models.disallow')}
        </Button>
      )}
      {permit.error !== null && (
        <p role="alert" className="mt-1 text-ember">
          {t('models.allowFailed', { message: errorText(permit.error) })}
        </p>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('models.allowTitle', { name })}
        confirm={t('models.allowConfirm')}
        onConfirm={() => permit.mutate({ digest, isAllowed: true })}
      >
        <p>{t('models.allowBody')}</p>
        <ModelFacts model={model} />
      </ConfirmDialog>
    </div>
  );
}

/** What there is to know of the files before they are run. */
function ModelFacts({ model }: { model: ModelView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { manifest, digest, bytes } = model;
  const facts = [
    [t('models.fact.version'), `${manifest.id} ${manifest.version}`],
    [t('models.fact.licence'), manifest.licence],
    [t('models.fact.size'), formatBytes(bytes, locale)],
    [t('models.fact.digest'), digest],
    [t('models.fact.found'), model.error?.message ?? t('models.fact.nothingFound')],
  ] as const;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
      {facts.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="font-semibold">{label}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function isRun({ state }: ModelTrust): boolean {
  return state === 'signed' || state === 'allowed';
}
