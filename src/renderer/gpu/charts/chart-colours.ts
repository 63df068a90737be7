const TOKENS = [
  'jade',
  'jade-wash',
  'sky',
  'sky-wash',
  'amber',
  'ember',
  'ink',
  'muted',
  'line',
  'surface',
] as const;
type Token = (typeof TOKENS)[number];

export type ChartColours = Readonly<Record<Token, string>>;

/** The theme's colours as a canvas takes them. A custom property alone would give `light-dark(…)` unresolved. */
export function readColours(within: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  probe.hidden = true;
  within.append(probe);
  const resolved = (token: Token): string => {
    probe.style.color = `var(--color-${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries(TOKENS.map((token) => [token, resolved(token)]));
  probe.remove();
  return colours as Record<Token, string>;
}

/** Calls back when the page's colours change, by the settings or by the system. The function returned ends it. */
export function onThemeChange(listener: () => void): () => void {
  const root = new MutationObserver(listener);
  root.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', listener);
  return () => {
    root.disconnect();
    system.removeEventListener('change', listener);
  };
}
