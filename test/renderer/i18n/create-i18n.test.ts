import { expect, it } from 'vitest';
import { createI18n } from '../../../src/renderer/i18n/create-i18n.ts';
import { en } from '../../../src/renderer/i18n/en.ts';
import { pickLocale } from '../../../src/renderer/i18n/use-locale.ts';

it('speaks English to everyone it has no other language for', () => {
  expect(createI18n(['pt-BR', 'de']).t('pause.resume')).toBe('Resume');
  expect(createI18n(['en-GB']).resolvedLanguage).toBe('en');
});

it('counts', () => {
  const { t } = createI18n(['en']);
  expect(t('jobs.newAbove', { count: 1 })).toBe('1 new job');
  expect(t('jobs.newAbove', { count: 3 })).toBe('3 new jobs');
});

it('has no empty string', () => {
  const texts = (value: object): string[] =>
    Object.values(value).flatMap((entry) => (typeof entry === 'string' ? [entry] : texts(entry)));
  expect(texts(en).filter((text) => text.trim() === '')).toEqual([]);
});

it('formats for the user’s own variant of the language', () => {
  expect(pickLocale('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(pickLocale('en', ['de-DE'])).toBe('en');
});
