/**
 * Philox 2x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): random bits that are
 * a function of a counter and a key, with no state. A generation continued elsewhere draws the same numbers.
 */
const MULTIPLIER = 0xd256d193;
const KEY_STEP = 0x9e3779b9;
const ROUNDS = 10;

/** The two 32-bit words of Philox 2x32-10 for a 64-bit counter (two words) and a 32-bit key. */
export function philox2x32(counterLow: number, counterHigh: number, key: number): readonly [number, number] {
  let low = counterLow >>> 0;
  let high = counterHigh >>> 0;
  let roundKey = key >>> 0;
  for (let round = 0; round < ROUNDS; round++) {
    const nextLow = (multiplyHigh(MULTIPLIER, low) ^ roundKey ^ high) >>> 0;
    high = Math.imul(MULTIPLIER, low) >>> 0;
    low = nextLow;
    roundKey = (roundKey + KEY_STEP) >>> 0;
  }
  return [low, high];
}

/** A uniform number in [0, 1) with 53 random bits, for draw `index` of the sequence that `seed` (< 2^53) names. */
export function uniformAt(seed: number, index: number): number {
  const seedHigh = Math.floor(seed / 2 ** 32);
  const [first, second] = philox2x32(index, seedHigh, seed >>> 0);
  return ((first >>> 5) * 2 ** 26 + (second >>> 6)) / 2 ** 53;
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}
