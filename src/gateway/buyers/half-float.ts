/**
 * The bits of the IEEE 754 binary16 nearest to a number, ties to even. Node 24 has no Float16Array.
 */
export function toHalfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  // From the midpoint between the largest half, 65504, and the power of two after it.
  if (magnitude >= 65520) return sign | 0x7c00;
  const power = Math.max(-14, floorLog2(magnitude));
  // Halves of this power are multiples of 2^(power - 10); below 2^-14, of 2^-24.
  const multiples = roundTiesToEven(magnitude / 2 ** (power - 10));
  // The hidden bit carries into the exponent, also when rounding reached the next power.
  return sign | (((power + 14) << 10) + multiples);
}

function floorLog2(magnitude: number): number {
  if (magnitude === 0) return Number.NEGATIVE_INFINITY;
  const power = Math.floor(Math.log2(magnitude));
  // log2 may round up just below a power of two.
  return 2 ** power > magnitude ? power - 1 : power;
}

function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return Math.round(value);
}
