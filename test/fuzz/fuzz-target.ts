/** Something that takes strangers' bytes. */
export interface FuzzTarget {
  readonly name: string;
  /** Makes one input and feeds it. @throws when what it is fed to does what it must not. */
  readonly feed: (random: RandomSource) => void;
}

/** Numbers that look random and come again for the same seed. */
export class RandomSource {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to `limit` - 1. Mulberry32, by Tommy Ettinger. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit);
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }
}

/** Bytes that decoders mistake: ends of ranges, and the first bytes of MessagePack's long lists, texts and extensions. */
const TELLING_BYTES = [
  0, 1, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xc1, 0xc4, 0xc6, 0xc7, 0xc9, 0xd8, 0xdb, 0xdc, 0xdd, 0xde, 0xdf,
  0xff,
] as const;

/** The bytes with up to `count` changes: other bytes, bits and lengths, pieces cut out, doubled or put in. */
export function mutate(original: Uint8Array, random: RandomSource, count = 4): Uint8Array {
  let bytes = Buffer.from(original);
  const changes = random.below(count + 1);
  for (let change = 0; change < changes && bytes.length > 0; change++) {
    const at = random.below(bytes.length);
    const length = 1 + random.below(Math.min(8, bytes.length - at));
    switch (random.below(6)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 2:
        bytes[at] = TELLING_BYTES[random.below(TELLING_BYTES.length)] ?? 0;
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      default:
        bytes.fill(random.pick([0, 0xff]), at, at + length);
    }
  }
  return bytes;
}
