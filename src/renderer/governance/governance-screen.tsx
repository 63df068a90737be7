import { useTranslation } from 'react-i18next';

/** What the stakers decide: proposals, votes, and the parameters in force. */
export function GovernanceScreen() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex min-h-full w-full max-w-5xl flex-col gap-4 p-4 sm:p-6">
      <h1 className="text-2xl font-bold tracking-tight">{t('governance.title')}</h1>
    </div>
  );
}
