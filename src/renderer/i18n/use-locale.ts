import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** The tag for numbers and times: the user's own variant (`en-GB`) of the language the page speaks. */
export function useLocale(): string {
  const language = useTranslation().i18n.resolvedLanguage ?? 'en';
  return useMemo(() => pickLocale(language, navigator.languages), [language]);
}

export function pickLocale(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}
