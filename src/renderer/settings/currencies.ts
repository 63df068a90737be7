export interface Currency {
  /** ISO 4217. */
  readonly code: string;
  readonly name: string;
}

/** Every currency that the browser knows, by code, and the chosen one whatever it is. */
export function currencies(locale: string, chosen: string): Currency[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' });
  const codes = new Set([...Intl.supportedValuesOf('currency'), chosen]);
  return [...codes].sort().map((code) => ({ code, name: names.of(code) ?? code }));
}
