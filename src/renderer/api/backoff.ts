const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next try after `failures` failed ones in a row (1 or more): half a second,
 * doubled up to ten seconds, spread by `random` (0 to 1) so that many pages do not knock at once.
 */
export function backoffMs(failures: number, random: number): number {
  const base = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(base * (0.75 + 0.25 * random));
}
