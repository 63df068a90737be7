import { useTranslation } from 'react-i18next';

/** To the chain's explorer, where there is one. The desktop shell opens it in the browser. */
export function ExplorerLink({ url, label }: { url: string | null; label: string }) {
  const { t } = useTranslation();
  if (url === null) return null;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      aria-label={label}
      className="rounded text-sm font-semibold text-jade underline"
    >
      {t('wallet.explorer')}
    </a>
  );
}
