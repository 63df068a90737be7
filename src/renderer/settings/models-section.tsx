import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/settings.ts';
import { useModels } from '../api/queries.ts';
import { EmptyState, ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { AddModel } from './add-model.tsx';
import { CatalogueNote } from './catalogue-note.tsx';
import { ModelRow } from './model-row.tsx';
import { NumberSetting } from './number-setting.tsx';
import { Section } from './section.tsx';

const BYTES_PER_GIGABYTE = 1_000_000_000;

export function ModelsSection({ models, disabled }: { models: Settings['models']; disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Section title={t('models.title')} intro={t('models.intro')}>
      <div>
        <h3 className="font-semibold">{t('models.list')}</h3>
        <ModelList disabled={disabled} />
      </div>
      <AddModel disabled={disabled} />
      <NumberSetting
        label={t('models.cacheSize')}
        help={t('models.cacheSizeHelp')}
        unit={t('models.gigabytes')}
        value={models.cacheBytes / BYTES_PER_GIGABYTE}
        range={{ min: 0.1, max: 4000, whole: false }}
        disabled={disabled}
        toPatch={(gigabytes) => ({ models: { cacheBytes: Math.round(gigabytes * BYTES_PER_GIGABYTE) } })}
      />
    </Section>
  );
}

function ModelList({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  const models = useModels();
  if (models.data === undefined) {
    if (models.error === null)
      return (
        <div role="status" aria-label={t('app.loading')}>
          <Skeleton className="mt-2 h-32" />
        </div>
      );
    return (
      <ErrorState
        title={t('models.failedTitle')}
        error={models.error}
        onRetry={() => void models.refetch()}
      />
    );
  }
  const { catalogue } = models.data;
  return (
    <>
      {models.data.models.length === 0 ? (
        <EmptyState icon="box" title={t('models.empty')} detail={t('models.emptyDetail')} />
      ) : (
        <ul className="mt-1">
          {models.data.models.map((model) => (
            <ModelRow key={model.digest} model={model} disabled={disabled} />
          ))}
        </ul>
      )}
      {catalogue !== undefined && <CatalogueNote catalogue={catalogue} />}
    </>
  );
}
