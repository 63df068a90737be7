import { alignmentOf, DBusFormatError, type DBusType, type DBusValue, parseSignature } from './dbus-type.ts';

/** Writes values in D-Bus's wire format, little-endian (D-Bus specification, Marshaling). */
export class DBusWriter {
  readonly #parts: Buffer[] = [];
  #length = 0;

  /** @throws DBusFormatError on values that are not of this signature. */
  write(signature: string, values: readonly DBusValue[]): this {
    const types = parseSignature(signature);
    if (types.length !== values.length) throw new DBusFormatError(`not of signature ${signature}`);
    for (const [index, type] of types.entries()) this.#value(type, values[index]);
    return this;
  }

  align(boundary: number): this {
    this.#push(Buffer.alloc(-this.#length & (boundary - 1)));
    return this;
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #value(type: DBusType, value: DBusValue | undefined): void {
    this.align(alignmentOf(type));
    switch (type.kind) {
      case 'basic':
        this.#basic(type.code, value);
        return;
      case 'struct': {
        const fields = listOf(value);
        if (fields.length !== type.fields.length) throw new DBusFormatError('a structure of another length');
        for (const [index, field] of type.fields.entries()) this.#value(field, fields[index]);
        return;
      }
      case 'array':
        this.#array(type.element, listOf(value));
        return;
      case 'variant':
        if (typeof value !== 'object' || !('signature' in value)) throw new DBusFormatError('not a variant');
        this.write('g', [value.signature]);
        this.write(value.signature, [value.value]);
    }
  }

  #array(element: DBusType, values: readonly DBusValue[]): void {
    const length = Buffer.alloc(4);
    this.#push(length);
    this.align(alignmentOf(element));
    const start = this.#length;
    for (const value of values) this.#value(element, value);
    length.writeUInt32LE(this.#length - start);
  }

  #basic(code: string, value: DBusValue | undefined): void {
    if ('sog'.includes(code)) {
      if (typeof value !== 'string') throw new DBusFormatError('not a text');
      const text = Buffer.from(value, 'utf8');
      this.#integer(code === 'g' ? 1 : 4, text.length);
      this.#push(Buffer.concat([text, Buffer.alloc(1)]));
    } else if (code === 'd') {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(Number(value));
      this.#push(bytes);
    } else {
      if (typeof value === 'object' || typeof value === 'string' || value === undefined) {
        throw new DBusFormatError('not a number');
      }
      this.#integer(alignmentOf({ kind: 'basic', code }), value);
    }
  }

  #integer(bytes: number, value: number | bigint | boolean): void {
    const buffer = Buffer.alloc(8);
    buffer.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
    this.#push(buffer.subarray(0, bytes));
  }

  #push(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
}

function listOf(value: DBusValue | undefined): readonly DBusValue[] {
  if (!Array.isArray(value)) throw new DBusFormatError('not a list');
  return value;
}
