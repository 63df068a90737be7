import { useTranslation } from 'react-i18next';
import { useProviders } from '../api/provider-queries.ts';
import { ErrorState } from '../components/message.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { ProviderRow } from './provider-row.tsx';
import { Section } from './section.tsx';

/** What models run on here, why not on the rest, and the libraries that some need. */
export function ProvidersSection({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Section title={t('providers.title')} intro={t('providers.intro')}>
      <ProviderList disabled={disabled} />
    </Section>
  );
}

function ProviderList({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  const page = useProviders();
  if (page.data === undefined) {
    if (page.error === null)
      return (
        <div role="status" aria-label={t('app.loading')}>
          <Skeleton className="h-40" />
        </div>
      );
    return (
      <ErrorState title={t('providers.failedTitle')} error={page.error} onRetry={() => void page.refetch()} />
    );
  }
  const { providers, ortVersion, librariesProblem } = page.data;
  return (
    <div>
      <ul className="-mt-3.5">
        {providers.map((view) => (
          <ProviderRow key={view.provider} view={view} disabled={disabled} />
        ))}
      </ul>
      <p className="mt-2 text-sm text-muted">
        {[t('providers.runtime', { version: ortVersion }), librariesProblem].filter(Boolean).join(' · ')}
      </p>
    </div>
  );
}
