import { useTranslation } from 'react-i18next';
import type { CatalogueView } from '../../shared/model-trust.ts';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';

/** Whether this machine has what it needs to judge the network's models. */
export function CatalogueNote({ catalogue }: { catalogue: CatalogueView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { configured, stale, checkedAt, problem } = catalogue;
  if (!configured) return <p className="text-sm text-ember">{t('models.catalogue.notConfigured')}</p>;
  return (
    <div className="text-sm text-muted">
      <p>
        {checkedAt === null
          ? t('models.catalogue.notChecked')
          : t('models.catalogue.checked', { moment: formatMoment(checkedAt, Date.now(), locale) })}
      </p>
      {stale && <p className="text-ember">{t('models.catalogue.stale')}</p>}
      {problem !== null && <p className="text-ember">{problem}</p>}
    </div>
  );
}
