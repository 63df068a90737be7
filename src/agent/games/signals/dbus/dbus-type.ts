/** One complete type of D-Bus, as a signature names it. */
export type DBusType =
  | { readonly kind: 'basic'; readonly code: string }
  | { readonly kind: 'variant' }
  | { readonly kind: 'array'; readonly element: DBusType }
  /** Dictionary entries are structures of two here: they look alike on the wire. */
  | { readonly kind: 'struct'; readonly fields: readonly DBusType[] };

interface DBusVariant {
  readonly signature: string;
  readonly value: DBusValue;
}

/** Structures and dictionary entries are arrays; 64-bit integers are bigints. */
export type DBusValue = boolean | number | bigint | string | DBusVariant | readonly DBusValue[];

export class DBusFormatError extends Error {
  override name = 'DBusFormatError';
}

const BASIC = 'ybnqiuxtdsogh';
const SIGNATURE_BYTES_LIMIT = 255;
export const DEPTH_LIMIT = 32;

/**
 * Parses a signature of any number of complete types (D-Bus specification, Type System).
 * @throws DBusFormatError on what is no signature, or nests too deep.
 */
export function parseSignature(signature: string): DBusType[] {
  if (signature.length > SIGNATURE_BYTES_LIMIT) throw new DBusFormatError('a signature is too long');
  const types: DBusType[] = [];
  for (let offset = 0; offset < signature.length; ) {
    const [type, end] = parseType(signature, offset, 0);
    types.push(type);
    offset = end;
  }
  return types;
}

function parseType(signature: string, offset: number, depth: number): [DBusType, number] {
  const code = signature[offset] ?? '';
  if (depth > DEPTH_LIMIT) throw new DBusFormatError('a signature nests too deep');
  if (code !== '' && BASIC.includes(code)) return [{ kind: 'basic', code }, offset + 1];
  if (code === 'v') return [{ kind: 'variant' }, offset + 1];
  if (code === 'a') {
    const [element, end] = parseType(signature, offset + 1, depth + 1);
    return [{ kind: 'array', element }, end];
  }
  if (code === '(' || code === '{') return parseStruct(signature, offset, depth);
  throw new DBusFormatError(`no type: ${JSON.stringify(signature.slice(offset))}`);
}

function parseStruct(signature: string, start: number, depth: number): [DBusType, number] {
  const close = signature[start] === '(' ? ')' : '}';
  const fields: DBusType[] = [];
  let offset = start + 1;
  while (signature[offset] !== close) {
    const [field, end] = parseType(signature, offset, depth + 1);
    fields.push(field);
    offset = end;
  }
  const isEntry = close === '}';
  if (fields.length === 0 || (isEntry && (fields.length !== 2 || signature[start - 1] !== 'a'))) {
    throw new DBusFormatError('a structure without fields, or a dictionary entry that is none');
  }
  return [{ kind: 'struct', fields }, offset + 1];
}

/** The boundary, in bytes, that values of a type begin on. */
export function alignmentOf(type: DBusType): number {
  if (type.kind === 'struct') return 8;
  if (type.kind === 'array') return 4;
  if (type.kind === 'variant') return 1;
  if ('ygv'.includes(type.code)) return 1;
  if ('nq'.includes(type.code)) return 2;
  return 'xtd'.includes(type.code) ? 8 : 4;
}
