import { useEffect } from 'react';
import { useSettings } from '../api/queries.ts';
import { applyTheme } from './theme.ts';

/** Keeps the page in the theme of the settings. */
export function useTheme(): void {
  const theme = useSettings().data?.appearance.theme;
  useEffect(() => {
    if (theme !== undefined) applyTheme(theme, document.documentElement, localStorage);
  }, [theme]);
}
