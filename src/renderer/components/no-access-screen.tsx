import { Trans, useTranslation } from 'react-i18next';
import { CatFace } from './cat-face.tsx';

/** A browser without a valid token: says how to open the dashboard. */
export function NoAccessScreen({ expired }: { expired: boolean }) {
  const { t } = useTranslation();
  return (
    <main className="flex min-h-full items-center justify-center p-6">
      <div className="card max-w-md p-8">
        <CatFace mood="paused" className="mb-4 size-16" />
        <h1 className="text-2xl font-bold tracking-tight">
          {t(expired ? 'noAccess.expiredTitle' : 'noAccess.missingTitle')}
        </h1>
        <p className="mt-2 text-muted">{t(expired ? 'noAccess.expiredBody' : 'noAccess.missingBody')}</p>
        <p className="mt-4 font-semibold">{t('noAccess.how')}</p>
        <p className="mt-2">
          <Trans i18nKey="noAccess.tray" components={{ strong: <strong className="font-semibold" /> }} />
        </p>
        <p className="mt-2">{t('noAccess.command')}</p>
        <pre className="mt-2 rounded-control bg-sunken px-4 py-3 font-mono text-sm select-all">gata open</pre>
      </div>
    </main>
  );
}
