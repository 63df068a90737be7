import { useTranslation } from 'react-i18next';

/** Shows a shortcut where it is offered; the control itself names it in `aria-keyshortcuts`. */
export function KeyHint({ letter, className = '' }: { letter: string; className?: string }) {
  const { t } = useTranslation();
  return (
    <span
      aria-hidden="true"
      className={`rounded border border-line px-1 font-sans text-xs font-normal leading-4.5 text-muted ${className}`}
    >
      {t('shortcut.modifier')} {letter}
    </span>
  );
}
