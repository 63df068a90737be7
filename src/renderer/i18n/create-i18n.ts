import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';

/** A language is a line here and a file beside `en.ts`. */
const resources = { en: { translation: en } };

/** Translations ready for use: the first of the user's languages that there is, else English. */
export function createI18n(languages: readonly string[]): i18n {
  const instance = createInstance();
  const available = Object.keys(resources);
  const language = languages.map((tag) => tag.split('-')[0] ?? tag).find((tag) => available.includes(tag));
  void instance.use(initReactI18next).init({
    resources,
    lng: language ?? 'en',
    fallbackLng: 'en',
    initAsync: false,
    // React escapes.
    interpolation: { escapeValue: false },
  });
  return instance;
}
