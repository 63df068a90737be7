import { useTranslation } from 'react-i18next';

/** What was earned and where it is; claiming, staking, unstaking; what the wallet did. */
export function WalletScreen() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex min-h-full w-full max-w-5xl flex-col gap-4 p-4 sm:p-6">
      <h1 className="text-2xl font-bold tracking-tight">{t('wallet.title')}</h1>
    </div>
  );
}
