import { mutate, type RandomSource } from './fuzz-target.ts';
import { readTree, type TreeField, writeTree } from './protobuf-tree.ts';

const TELLING_NUMBERS = [
  0n,
  1n,
  2n,
  7n,
  8n,
  16n,
  127n,
  128n,
  65_536n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
] as const;
const TELLING_TEXTS = [
  '',
  'x',
  'y',
  '../../etc/passwd',
  'location',
  'offset',
  'EPContext',
  'com.microsoft',
  'ConstantOfShape',
  'If',
  '__proto__',
  'constructor',
  '\u0000',
  '\u202e',
  'ort_config',
] as const;
const DEEPEST = 60;

/** A model changed as a model: fields moved, doubled, nested and replaced, and sometimes as bytes. */
export function mutateModel(original: Uint8Array, other: Uint8Array, random: RandomSource): Uint8Array {
  if (random.below(5) === 0) return mutate(original, random, 6);
  const tree = readTree(original, 'ModelProto');
  if (tree === undefined) return mutate(original, random, 6);
  for (let change = 1 + random.below(4); change > 0; change -= 1) changeTree(tree, other, random);
  const lieAt = random.below(20) === 0 ? random.below(30) : -1;
  let lengths = 0;
  const written = writeTree(tree, (length) => {
    lengths += 1;
    return lengths === lieAt ? Math.max(0, length + random.below(9) - 4) : length;
  });
  return random.below(6) === 0 ? mutate(written, random, 3) : written;
}

function changeTree(tree: TreeField[], other: Uint8Array, random: RandomSource): void {
  const list = pickList(tree, random);
  const at = random.below(Math.max(1, list.length));
  const field = list[at];
  if (field === undefined) return;
  switch (random.below(9)) {
    case 0:
      list.splice(at, 1);
      return;
    case 1:
      list.splice(at, 0, structuredClone(field));
      return;
    case 2: {
      const into = random.below(list.length);
      list.splice(at, 1);
      list.splice(into, 0, field);
      return;
    }
    case 3:
      field.number = random.below(4) === 0 ? random.below(2 ** 16) : 1 + random.below(26);
      return;
    case 4: {
      const donor = readTree(other, 'ModelProto');
      const from = donor === undefined ? [] : pickList(donor, random);
      const taken = from[random.below(Math.max(1, from.length))];
      if (taken !== undefined) list.splice(at, random.below(2), taken);
      return;
    }
    case 5:
      if (Array.isArray(field.content)) nest(field, random);
      else changeValue(field, random);
      return;
    default:
      changeValue(field, random);
  }
}

/** A message in itself, again and again. */
function nest(field: TreeField, random: RandomSource): void {
  const copy = structuredClone(field);
  let inner = copy;
  for (let level = random.below(DEEPEST); level > 0; level -= 1) {
    inner = { ...structuredClone({ number: field.number, wireType: 2 }), content: [inner] };
  }
  if (Array.isArray(field.content)) field.content.push(inner);
}

function changeValue(field: TreeField, random: RandomSource): void {
  if (typeof field.content === 'bigint') field.content = random.pick(TELLING_NUMBERS);
  else if (field.content instanceof Uint8Array) {
    if (field.wireType !== 2) field.content = Uint8Array.from(field.content, () => random.below(256));
    else if (random.below(2) === 0) field.content = Buffer.from(random.pick(TELLING_TEXTS));
    else field.content = mutate(field.content, random, 4);
  } else field.wireType = random.below(8);
}

/** Some list of fields, at any depth. */
function pickList(fields: TreeField[], random: RandomSource): TreeField[] {
  let list = fields;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const inner = list.flatMap((field) => (Array.isArray(field.content) ? [field.content] : []));
    const next = inner[random.below(Math.max(1, inner.length))];
    if (next === undefined || random.below(4) === 0) return list;
    list = next;
  }
  return list;
}
