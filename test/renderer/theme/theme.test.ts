import { expect, it } from 'vitest';
import { rememberedTheme } from '../../../src/renderer/theme/theme.ts';

it('remembers the theme, and follows the system when what it finds is no theme', () => {
  expect(rememberedTheme({ getItem: () => 'dark' })).toBe('dark');
  expect(rememberedTheme({ getItem: () => 'pink' })).toBe('system');
  expect(rememberedTheme({ getItem: () => null })).toBe('system');
});
