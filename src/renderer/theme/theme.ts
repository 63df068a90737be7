import type { z } from 'zod';
import { type Settings, settingsSchema } from '../../shared/settings.ts';

export type Theme = Settings['appearance']['theme'];

const STORAGE_KEY = 'gata-theme';
const themeSchema: z.ZodType<Theme> = settingsSchema.shape.appearance.shape.theme;

/** The theme of the last visit, so that the page has its colours before the settings arrive. */
export function rememberedTheme(storage: Pick<Storage, 'getItem'>): Theme {
  const parsed = themeSchema.safeParse(storage.getItem(STORAGE_KEY));
  return parsed.success ? parsed.data : 'system';
}

/** Colours follow the root's `data-theme`; without one, the system. */
export function applyTheme(theme: Theme, root: HTMLElement, storage: Pick<Storage, 'setItem'>): void {
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  storage.setItem(STORAGE_KEY, theme);
}
