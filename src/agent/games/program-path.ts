/** One path form for every system: `/` between segments, Wine's `Z:` drive (the Unix root) taken off. */
export function normalizePath(path: string): string {
  const slashed = path.replaceAll('\\', '/');
  return /^[zZ]:\//.test(slashed) ? slashed.slice(2) : slashed;
}

/** The last segment of a normalized path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Whether a user's pattern means this program: a file name, or (with a separator in it) a path that the
 * program is or lies under. Case does not matter.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  const wanted = normalizePath(pattern.trim()).toLowerCase();
  const actual = path.toLowerCase();
  if (!wanted.includes('/')) return wanted !== '' && fileName(actual) === wanted;
  const folder = wanted.replace(/\/+$/, '');
  return folder !== '' && (actual === folder || actual.startsWith(`${folder}/`));
}
