import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeMessage,
  MESSAGE_TYPE,
  messageFraming,
} from '../../../../../src/agent/games/signals/dbus/dbus-message.ts';
import {
  alignmentOf,
  DBusFormatError,
  type DBusValue,
  parseSignature,
} from '../../../../../src/agent/games/signals/dbus/dbus-type.ts';

interface Typed {
  readonly signature: string;
  readonly value: DBusValue;
}

const basic: fc.Arbitrary<Typed> = fc.oneof(
  fc.record({ signature: fc.constant('y'), value: fc.nat(0xff) }),
  fc.record({ signature: fc.constant('b'), value: fc.boolean() }),
  fc.record({ signature: fc.constant('n'), value: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }) }),
  fc.record({ signature: fc.constant('q'), value: fc.nat(0xffff) }),
  fc.record({ signature: fc.constant('i'), value: fc.integer() }),
  fc.record({ signature: fc.constant('u'), value: fc.nat() }),
  fc.record({ signature: fc.constant('x'), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
  fc.record({ signature: fc.constant('t'), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  fc.record({ signature: fc.constant('d'), value: fc.double() }),
  fc.record({ signature: fc.constant('s'), value: fc.string({ unit: 'binary' }) }),
);

const typed = fc.letrec<{ any: Typed }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    basic,
    fc.array(tie('any'), { minLength: 1, maxLength: 4 }).map((fields) => ({
      signature: `(${fields.map(({ signature }) => signature).join('')})`,
      value: fields.map(({ value }) => value),
    })),
    fc.tuple(tie('any'), fc.nat(4)).map(([{ signature, value }, count]) => ({
      signature: `a${signature}`,
      value: Array.from({ length: count }, () => value),
    })),
    fc.tuple(basic, tie('any'), fc.nat(3)).map(([key, { signature, value }, count]) => ({
      signature: `a{${key.signature}${signature}}`,
      value: Array.from({ length: count }, () => [key.value, value]),
    })),
    tie('any').map((value) => ({ signature: 'v', value })),
  ),
})).any;

describe('messages of D-Bus', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(fc.array(typed, { maxLength: 4 }), fc.nat(), (values, serial) => {
        const signature = values.map((value) => value.signature).join('');
        fc.pre(signature.length <= 255);
        const header = {
          type: MESSAGE_TYPE.signal,
          serial,
          path: '/a/b',
          interface: 'x.y',
          member: 'Z',
          signature,
        };
        const bytes = encodeMessage(
          header,
          values.map(({ value }) => value),
        );
        expect(messageFraming(bytes)).toBe(bytes.length);
        const message = decodeMessage(bytes);
        expect(message).toMatchObject(header);
        expect(message.readBody()).toEqual(values.map(({ value }) => value));
      }),
    );
  });

  it('read either byte order', () => {
    // A reply in network order: serial 1, answering 2, body u32 5.
    const fields = Buffer.from([5, 1, 0x75, 0, 0, 0, 0, 2, 8, 1, 0x67, 0, 1, 0x75, 0, 0]);
    const header = Buffer.from([0x42, 2, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 15]);
    const bytes = Buffer.concat([header, fields, Buffer.from([0, 0, 0, 5])]);
    expect(messageFraming(bytes)).toBe(bytes.length);
    const message = decodeMessage(bytes);
    expect(message.replySerial).toBe(2);
    expect(message.readBody()).toEqual([5]);
  });

  it('are refused, never misread, when they are damaged', () => {
    const sound = encodeMessage(
      { type: MESSAGE_TYPE.reply, serial: 9, replySerial: 3, sender: ':1.2', signature: 'a(io)a{sv}' },
      [[[1, '/x']], [['key', { signature: 'as', value: ['a', 'b'] }]]],
    );
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(0xff), fc.nat(sound.length), (at, byte, length) => {
        const bytes = Buffer.from(sound);
        bytes[at] = byte;
        expectFormatErrorOnly(() => decodeMessage(bytes.subarray(0, Math.max(16, length))).readBody());
      }),
      { numRuns: 2_000 },
    );
  });

  it('are refused when they are noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 300 }), (noise) => {
        const bytes = Buffer.from(noise);
        expectFormatErrorOnly(() => messageFraming(bytes));
        bytes[0] = 0x6c;
        expectFormatErrorOnly(() => decodeMessage(bytes).readBody());
      }),
      { numRuns: 2_000 },
    );
  });

  it('do not nest without end', () => {
    const depth = 120;
    const nested = Buffer.concat([
      ...Array(depth).fill(Buffer.from([1, 0x76, 0])),
      Buffer.from([1, 0x79, 0, 7]),
    ]);
    const bytes = encodeMessage({ type: MESSAGE_TYPE.reply, serial: 1, signature: 'v' }, [
      { signature: 'y', value: 0 },
    ]);
    const start = bytes.length - 4;
    const message = Buffer.concat([bytes.subarray(0, start), nested]);
    message.writeUInt32LE(nested.length, 4);
    expect(() => decodeMessage(message).readBody()).toThrow(DBusFormatError);
  });

  it.each([
    '(',
    'a',
    ')',
    '()',
    'a{s}',
    'a{sss}',
    '{ss}',
    'z',
    'a'.repeat(100),
    '('.repeat(200),
    'y'.repeat(300),
  ])('have no signature like %s', (signature) => {
    expect(() => parseSignature(signature)).toThrow(DBusFormatError);
  });

  it.each<[string, DBusValue[]]>([
    ['s', [1]],
    ['u', ['1']],
    ['as', ['no list']],
    ['(ss)', [['one']]],
    ['v', ['plain']],
    ['ss', ['one']],
  ])('are not written when %s is something else', (signature, values) => {
    const header = { type: MESSAGE_TYPE.signal, serial: 1, signature };
    expect(() => encodeMessage(header, values)).toThrow(DBusFormatError);
  });

  it('align as the specification says', () => {
    const boundaries = [...'ybnqiuxtdsogh'].map((code) => alignmentOf({ kind: 'basic', code }));
    expect(boundaries).toEqual([1, 4, 2, 2, 4, 4, 8, 8, 8, 4, 4, 1, 4]);
  });
});

function expectFormatErrorOnly(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(DBusFormatError);
  }
}
