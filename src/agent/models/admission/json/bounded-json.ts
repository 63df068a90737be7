/** What a text must keep to before it is parsed. */
export interface JsonLimits {
  readonly bytes: number;
  readonly depth: number;
  /** Values and keys together. */
  readonly values: number;
}

/** A file that is refused as JSON; the message is a whole sentence. */
export class JsonFault extends Error {}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Parses JSON whose size, depth and number of values are checked before, byte by byte, so that a hostile file
 * costs neither stack nor memory.
 * @throws JsonFault
 */
export function parseBoundedJson(bytes: Uint8Array, limits: JsonLimits): unknown {
  if (bytes.byteLength > limits.bytes) {
    throw new JsonFault(`It has ${bytes.byteLength} bytes; ${limits.bytes} are allowed.`);
  }
  checkShape(bytes, limits);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new JsonFault('It is not UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonFault('It is not JSON.');
  }
}

function checkShape(bytes: Uint8Array, limits: JsonLimits): void {
  let depth = 0;
  let values = 1;
  let isInText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isInText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInText = false;
      continue;
    }
    if (byte === QUOTE) isInText = true;
    else if (OPENING.has(byte)) {
      depth += 1;
      values += 1;
      if (depth > limits.depth) throw new JsonFault(`It is nested more than ${limits.depth} deep.`);
    } else if (CLOSING.has(byte)) depth -= 1;
    else if (byte === COMMA || byte === COLON) values += 1;
    if (values > limits.values) throw new JsonFault(`It has more than ${limits.values} values.`);
  }
}

/** A path to a key that would change what objects are, or undefined. Goes no deeper than the limits allowed. */
export function prototypeKey(value: unknown, place = ''): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = prototypeKey(item, `${place}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    const path = place === '' ? key : `${place}.${key}`;
    if (key === '__proto__') return path;
    const found = prototypeKey(item, path);
    if (found !== undefined) return found;
  }
  return undefined;
}
