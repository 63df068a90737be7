const MOST_DIGITS = 300_000;

/** What is wrong with the text of a signed transaction as far as a page can tell; null: the agent may judge it. */
export function signedProblem(text: string): 'empty' | 'json' | 'hex' | 'tooLong' | null {
  const trimmed = text.trim();
  if (trimmed === '') return 'empty';
  if (trimmed.startsWith('{')) return 'json';
  if (trimmed.length > MOST_DIGITS) return 'tooLong';
  return /^0x([0-9a-fA-F]{2})+$/.test(trimmed) ? null : 'hex';
}
