import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeFrame,
  encodeMessage,
  FRAME_BYTES_LIMIT,
  FrameReader,
} from '../../src/shared/frame-codec.ts';

const message = fc.record({
  type: fc.string(),
  tokens: fc.array(fc.nat()),
  data: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  nothing: fc.constant(null),
});

describe('FrameReader', () => {
  it('gives the messages of a stream however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 })),
        (sent, cuts) => {
          const stream = Buffer.concat(sent.map((each) => encodeFrame(each)));
          const reader = new FrameReader();
          const received: unknown[] = [];
          let at = 0;
          for (let index = 0; at < stream.length; index++) {
            const end = at + (cuts[index % cuts.length] ?? stream.length);
            received.push(...reader.push(stream.subarray(at, end)));
            at = end;
          }
          expect(received).toEqual(sent);
        },
      ),
    );
  });

  it('refuses a frame that announces more than the limit, before it has come', () => {
    const header = Buffer.alloc(4);
    header.writeUInt32LE(FRAME_BYTES_LIMIT + 1);
    expect(() => new FrameReader().push(header)).toThrow(RangeError);
  });

  it('refuses a body that is not one message', () => {
    const twice = Buffer.concat([encodeMessage(1), encodeMessage(2)]);
    const header = Buffer.alloc(4);
    header.writeUInt32LE(twice.length);
    expect(() => new FrameReader().push(Buffer.concat([header, twice]))).toThrow();
  });
});

describe('encodeMessage', () => {
  it('leaves undefined fields out', () => {
    expect(decodeMessage(encodeMessage({ a: undefined, b: 1 }))).toEqual({ b: 1 });
  });
});
