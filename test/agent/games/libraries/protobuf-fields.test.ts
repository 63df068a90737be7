import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { ProtobufError, protobufFields } from '../../../../src/agent/games/libraries/protobuf-fields.ts';

describe('Protocol Buffers fields', () => {
  it('agree with another implementation', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            number: fc.integer({ min: 1, max: 2 ** 29 - 1 }),
            value: fc.oneof(fc.nat(), fc.maxSafeNat(), fc.uint8Array({ maxLength: 300 })),
          }),
        ),
        (fields) => {
          const writer = protobuf.Writer.create();
          for (const { number, value } of fields) {
            // Numbers of fixed size in between are passed over.
            writer
              .uint32(number * 8 + 1)
              .fixed64(1)
              .uint32(number * 8 + 5)
              .fixed32(1);
            if (typeof value === 'number') writer.uint32(number * 8).uint64(value);
            else writer.uint32(number * 8 + 2).bytes(value);
          }
          const read = [...protobufFields(Buffer.from(writer.finish()))];
          expect(read).toEqual(
            fields.map(({ number, value }) => ({
              number,
              value: typeof value === 'number' ? value : Buffer.from(value),
            })),
          );
        },
      ),
    );
  });

  it('throws only its own error, and ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          for (const field of protobufFields(Buffer.from(bytes))) expect(field.number).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtobufError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a number that does not end', [0x08, 0x80]],
    ['a number of eleven bytes', [0x08, ...Array<number>(10).fill(0xff), 0x01]],
    ['a text longer than the message', [0x0a, 0x05, 0x41]],
    ['a fixed number that is cut off', [0x09, 0, 0]],
    ['field number zero', [0x00, 0x00]],
    ['a group', [0x0b]],
  ])('refuses %s', (_name, bytes) => {
    expect(() => [...protobufFields(Buffer.from(bytes))]).toThrow(ProtobufError);
  });
});
