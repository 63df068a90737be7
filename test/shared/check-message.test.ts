import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMessage, MESSAGE_DEPTH_LIMIT, MESSAGE_ITEMS_LIMIT } from '../../src/shared/check-message.ts';
import { decodeMessage, encodeMessage } from '../../src/shared/frame-codec.ts';

const message = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double(),
    fc.string({ maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 20 },
    ),
  ),
})).value;

describe('checkMessage', () => {
  it('lets every message pass that is encoded by us', () => {
    fc.assert(fc.property(message, (value) => checkMessage(encodeMessage(value))));
    const large = {
      bytes: new Uint8Array(70_000),
      text: 'x'.repeat(70_000),
      list: new Array(70_000).fill(7),
    };
    expect(decodeMessage(encodeMessage(large))).toEqual(large);
  });

  it('refuses every message that is cut short', () => {
    fc.assert(
      fc.property(message, fc.nat(), (value, cut) => {
        const bytes = encodeMessage(value);
        expect(() => checkMessage(bytes.subarray(0, cut % bytes.length))).toThrow(RangeError);
      }),
    );
  });

  it('refuses lists that announce more than comes, before room is made for it', () => {
    // 33,554,431 items, 15 times over: a decoder that believed it would take gigabytes.
    const list = Buffer.from([0xdd, 0x01, 0xff, 0xff, 0xff]);
    expect(() => decodeMessage(Buffer.concat(Array.from({ length: 15 }, () => list)))).toThrow(/announces/);
    expect(() => decodeMessage(Buffer.from([0xdf, 0x01, 0xff, 0xff, 0xff, 0xc0]))).toThrow(/announces/);
  });

  it('refuses more items than a message may have', () => {
    const body = Buffer.alloc(MESSAGE_ITEMS_LIMIT + 5, 0xc0);
    body[0] = 0xdd;
    body.writeUInt32BE(MESSAGE_ITEMS_LIMIT, 1);
    expect(() => checkMessage(body)).toThrow(/too many/);
  });

  it('refuses lists that are nested too deep', () => {
    const nested = (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x91), Buffer.from([0xc0])]);
    expect(() => checkMessage(nested(MESSAGE_DEPTH_LIMIT))).not.toThrow();
    expect(() => checkMessage(nested(MESSAGE_DEPTH_LIMIT + 1))).toThrow(/deep/);
  });
});
