import { mutate, type RandomSource } from './fuzz-target.ts';

const TELLING_VALUES = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 31,
  2 ** 53,
  '',
  'a',
  'Sequence',
  'Replace',
  'FixedLength',
  '\u0000',
  '(a+)+$',
  [],
  {},
] as const;
const TELLING_KEYS = ['__proto__', 'constructor', 'type', 'length', 'vocab', 'pattern', '', 'a'] as const;
const DEEPEST = 40;
const LONGEST_TEXT = 10_000;
const LONGEST = 16 * 1024;

/** JSON changed as JSON, and sometimes as bytes. */
export function mutateJson(original: Uint8Array, other: Uint8Array, random: RandomSource): Uint8Array {
  const value = parse(original);
  if (value === undefined || random.below(5) === 0) return mutate(original, random, 6);
  let changed: unknown = value;
  for (let change = 1 + random.below(3); change > 0; change -= 1) {
    changed = changeAt(changed, parse(other), random, 0);
  }
  const bytes = Buffer.from(JSON.stringify(changed) ?? 'null');
  return bytes.length > LONGEST ? mutate(original, random, 6) : bytes;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}

function changeAt(value: unknown, other: unknown, random: RandomSource, depth: number): unknown {
  const isInner = typeof value === 'object' && value !== null && depth < DEEPEST;
  if (!isInner || random.below(5) === 0) return replacement(value, other, random);
  const entries: [string, unknown][] = Object.entries(value);
  if (entries.length === 0) return Array.isArray(value) ? [replacement(value, other, random)] : { a: 1 };
  const at = random.below(entries.length);
  const entry = entries[at];
  if (entry === undefined) return value;
  const [key, inner] = entry;
  switch (random.below(8)) {
    case 0:
      entries.splice(at, 1);
      break;
    case 1:
      entries.splice(at, 0, [random.pick(TELLING_KEYS), replacement(inner, other, random)]);
      break;
    default:
      entries[at] = [key, changeAt(inner, other, random, depth + 1)];
  }
  if (Array.isArray(value)) return entries.map(([, item]) => item);
  // A key named __proto__ must become a key, not a prototype.
  return Object.fromEntries(entries);
}

function replacement(value: unknown, other: unknown, random: RandomSource): unknown {
  switch (random.below(6)) {
    case 0:
      return other ?? null;
    case 1: {
      let nested: unknown = value;
      for (let level = random.below(DEEPEST); level > 0; level -= 1)
        nested = random.below(2) ? [nested] : { type: 'Sequence', normalizers: [nested] };
      return nested;
    }
    case 2:
      if (typeof value === 'string') return Buffer.from(mutate(Buffer.from(value), random, 3)).toString();
      if (typeof value === 'number') return value * -1000 + random.below(3);
      return structuredClone(random.pick(TELLING_VALUES));
    case 3:
      return typeof value === 'string' && value.length < LONGEST_TEXT / 300
        ? value.repeat(1 + random.below(300))
        : structuredClone(random.pick(TELLING_VALUES));
    default:
      return structuredClone(random.pick(TELLING_VALUES));
  }
}
