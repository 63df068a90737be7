import { MESSAGES, type MessageName } from '../../src/agent/models/admission/onnx/message-schema.ts';
import { varint } from './corpus/onnx-writer.ts';

/** A field of a message as it may be changed and written again. */
export interface TreeField {
  number: number;
  wireType: number;
  /** A varint (0), bytes (1, 5), or a message's fields or bytes (2). */
  content: bigint | Uint8Array | TreeField[];
  /** Of a message. */
  message?: MessageName;
}

/** The fields of a well-formed message; undefined for bytes that are none. */
export function readTree(bytes: Uint8Array, message: MessageName, depth = 0): TreeField[] | undefined {
  const fields: TreeField[] = [];
  let at = 0;
  const number = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) return undefined;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = number();
    if (tag === undefined || tag > 2n ** 32n) return undefined;
    const field = { number: Number(tag >> 3n), wireType: Number(tag & 7n) };
    if (field.wireType === 0) {
      const content = number();
      if (content === undefined) return undefined;
      fields.push({ ...field, content });
      continue;
    }
    const size =
      field.wireType === 1 ? 8n : field.wireType === 5 ? 4n : field.wireType === 2 ? number() : undefined;
    if (size === undefined || size > BigInt(bytes.length - at)) return undefined;
    const content = bytes.slice(at, at + Number(size));
    at += Number(size);
    const inner = field.wireType === 2 ? MESSAGES[message][field.number]?.message : undefined;
    const nested = inner === undefined || depth > 40 ? undefined : readTree(content, inner, depth + 1);
    if (inner === undefined || nested === undefined) fields.push({ ...field, content });
    else fields.push({ ...field, content: nested, message: inner });
  }
  return fields;
}

/** The bytes of fields. `lie`, where given, may change a length that is written. */
export function writeTree(
  fields: readonly TreeField[],
  lie: (length: number) => number = (length) => length,
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { number, wireType, content } of fields) {
    parts.push(Uint8Array.from(varint((BigInt(number) << 3n) | BigInt(wireType))));
    if (typeof content === 'bigint') parts.push(Uint8Array.from(varint(content)));
    else {
      const bytes = Array.isArray(content) ? writeTree(content, lie) : content;
      if (wireType === 2) parts.push(Uint8Array.from(varint(lie(bytes.length))));
      parts.push(bytes);
    }
  }
  return Buffer.concat(parts);
}

/** The model with small tensors: what makes a real model large is left out, what makes it a model stays. */
export function slim(bytes: Uint8Array): Uint8Array {
  const tree = readTree(bytes, 'ModelProto');
  if (tree === undefined) throw new Error('The model to slim is no model.');
  for (const tensor of messagesOf(tree, 'TensorProto')) {
    if (!Array.isArray(tensor.content)) continue;
    const raw = tensor.content.find(({ number }) => number === 9);
    if (raw === undefined || !(raw.content instanceof Uint8Array) || raw.content.length <= 64) continue;
    const type = tensor.content.find(({ number }) => number === 2);
    const size = type?.content === 7n || type?.content === 11n ? 8 : type?.content === 1n ? 4 : 2;
    raw.content = new Uint8Array(size);
    tensor.content = tensor.content.filter(({ number }) => number !== 1);
  }
  return writeTree(tree);
}

/** All messages of a kind within fields. */
function* messagesOf(fields: readonly TreeField[], message: MessageName): Generator<TreeField> {
  for (const field of fields) {
    if (!Array.isArray(field.content)) continue;
    if (field.message === message) yield field;
    yield* messagesOf(field.content, message);
  }
}
