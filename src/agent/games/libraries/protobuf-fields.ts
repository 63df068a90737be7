/** The bytes are no Protocol Buffers message. */
export class ProtobufError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'ProtobufError';
  }
}

export interface ProtobufField {
  readonly number: number;
  /** A varint's number (exact up to 2^53), or the bytes of a text or inner message. */
  readonly value: number | Buffer;
}

/**
 * The fields of one message, in their order, by the wire format that protobuf.dev describes; numbers of fixed size are
 * passed over. For five fields of one small file: the runtime of Protocol Buffers would be a dependency more.
 * @throws ProtobufError
 */
export function* protobufFields(bytes: Buffer): Generator<ProtobufField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let digit = 0; digit < 10; digit += 1) {
      const byte = bytes[at];
      if (byte === undefined) throw new ProtobufError('ends within a number');
      at += 1;
      value += (byte & 0x7f) * 128 ** digit;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError('holds a number of more than ten bytes');
  };
  const skip = (length: number): void => {
    if (length > bytes.length - at) throw new ProtobufError('ends within a field');
    at += length;
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new ProtobufError('holds a field without a number');
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        skip(8);
        break;
      case 2: {
        const length = varint();
        const start = at;
        skip(length);
        yield { number, value: bytes.subarray(start, at) };
        break;
      }
      case 5:
        skip(4);
        break;
      default:
        throw new ProtobufError('holds a field of a kind that is not in use');
    }
  }
}
