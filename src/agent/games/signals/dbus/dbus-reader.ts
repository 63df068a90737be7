import {
  alignmentOf,
  DBusFormatError,
  type DBusType,
  type DBusValue,
  DEPTH_LIMIT,
  parseSignature,
} from './dbus-type.ts';

/**
 * Reads values in D-Bus's wire format (D-Bus specification, Marshaling). No value takes less than a byte, so
 * what is read is bounded by the bytes there are.
 */
export class DBusReader {
  readonly #bytes: Buffer;
  readonly #littleEndian: boolean;
  #offset: number;

  constructor(bytes: Buffer, littleEndian: boolean, offset = 0) {
    this.#bytes = bytes;
    this.#littleEndian = littleEndian;
    this.#offset = offset;
  }

  /** @throws DBusFormatError on bytes that are not of this signature. */
  read(signature: string): DBusValue[] {
    return parseSignature(signature).map((type) => this.#value(type, 0));
  }

  #value(type: DBusType, depth: number): DBusValue {
    if (depth > DEPTH_LIMIT) throw new DBusFormatError('a value nests too deep');
    this.#align(alignmentOf(type));
    switch (type.kind) {
      case 'basic':
        return this.#basic(type.code);
      case 'struct':
        return type.fields.map((field) => this.#value(field, depth + 1));
      case 'array':
        return this.#array(type.element, depth);
      case 'variant': {
        const signature = this.#text(this.#unsigned(1));
        const [inner, ...others] = parseSignature(signature);
        if (inner === undefined || others.length > 0) throw new DBusFormatError('a variant holds one type');
        return { signature, value: this.#value(inner, depth + 1) };
      }
    }
  }

  #array(element: DBusType, depth: number): DBusValue[] {
    const length = this.#unsigned(4);
    this.#align(alignmentOf(element));
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new DBusFormatError('an array goes beyond the message');
    const values: DBusValue[] = [];
    while (this.#offset < end) values.push(this.#value(element, depth + 1));
    if (this.#offset !== end) throw new DBusFormatError('an array ends within a value');
    return values;
  }

  #basic(code: string): DBusValue {
    switch (code) {
      case 'y':
        return this.#unsigned(1);
      case 'q':
        return this.#unsigned(2);
      case 'n':
        return (this.#unsigned(2) << 16) >> 16;
      case 'b':
        return this.#unsigned(4) !== 0;
      case 'u':
      case 'h':
        return this.#unsigned(4);
      case 'i':
        return this.#unsigned(4) | 0;
      case 'g':
        return this.#text(this.#unsigned(1));
      case 's':
      case 'o':
        return this.#text(this.#unsigned(4));
      default:
        return this.#wide(code);
    }
  }

  #unsigned(bytes: 1 | 2 | 4): number {
    const start = this.#take(bytes);
    return this.#littleEndian ? this.#bytes.readUIntLE(start, bytes) : this.#bytes.readUIntBE(start, bytes);
  }

  #wide(code: string): number | bigint {
    const start = this.#take(8);
    const bytes = this.#bytes;
    const little = this.#littleEndian;
    if (code === 'd') return little ? bytes.readDoubleLE(start) : bytes.readDoubleBE(start);
    if (code === 'x') return little ? bytes.readBigInt64LE(start) : bytes.readBigInt64BE(start);
    return little ? bytes.readBigUInt64LE(start) : bytes.readBigUInt64BE(start);
  }

  /** Text has a zero byte behind it. */
  #text(length: number): string {
    const start = this.#take(length + 1);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #take(length: number): number {
    const start = this.#offset;
    if (start + length > this.#bytes.length) throw new DBusFormatError('a value goes beyond the message');
    this.#offset += length;
    return start;
  }

  #align(boundary: number): void {
    this.#offset = Math.ceil(this.#offset / boundary) * boundary;
  }
}
