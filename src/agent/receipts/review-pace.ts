const SHORTEST_MS = 10_000;
const LONGEST_MS = 5 * 60_000;

/**
 * Until the next comparison: half an epoch where epochs are short, else five minutes, which it grows to while no epoch
 * was seen yet.
 * @param reviews since the connection. @param random from 0 to 1: nodes do not all ask at once.
 */
export function nextReviewMs(epochMs: number | undefined, reviews: number, random: number): number {
  const wantedMs = epochMs === undefined ? SHORTEST_MS * 2 ** Math.min(reviews - 1, 10) : epochMs / 2;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, wantedMs)) * (0.9 + 0.2 * random);
}
