import { expect, it } from 'vitest';
import { currencies } from '../../../src/renderer/settings/currencies.ts';

it('lists currencies by code with their names', () => {
  const list = currencies('en', 'EUR');
  expect(list.find(({ code }) => code === 'EUR')).toEqual({ code: 'EUR', name: 'Euro' });
  expect(list.map(({ code }) => code)).toEqual(list.map(({ code }) => code).sort());
});

it('lists the chosen one even where the browser does not know it', () => {
  expect(currencies('en', 'XQQ').map(({ code }) => code)).toContain('XQQ');
});
