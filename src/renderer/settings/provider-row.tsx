import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../shared/providers-page.ts';
import { Badge } from '../components/badge.tsx';
import { ProviderLibraryLine } from './provider-library-line.tsx';

const TONES = {
  untested: 'plain',
  testing: 'sky',
  working: 'jade',
  unavailable: 'plain',
  quarantined: 'ember',
} as const;

export function ProviderRow({ view, disabled }: { view: ProviderView; disabled: boolean }) {
  const { t } = useTranslation();
  const { provider, state, chosen, detail, library } = view;
  const name = t(`providers.name.${provider}`);
  return (
    <li className="border-line py-3.5 not-first:border-t">
      <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="font-semibold">{name}</span>
        <Badge tone={TONES[state]}>{t(`providers.state.${state}`)}</Badge>
        {chosen && <Badge tone="sky">{t('providers.chosen')}</Badge>}
      </p>
      {detail !== null && detail !== library?.problem && (
        <p className="max-w-prose text-sm text-muted">{detail}</p>
      )}
      {library !== null && <ProviderLibraryLine name={name} library={library} disabled={disabled} />}
    </li>
  );
}
