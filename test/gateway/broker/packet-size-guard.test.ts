import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketSizeMeter } from '../../../src/gateway/broker/packet-size-guard.ts';

const LIMIT = 1000;

/** A PUBLISH packet to the topic `t`, QoS 0, by MQTT 3.1.1, sections 2.2.3 and 3.3. */
function publish(payloadBytes: number): Buffer {
  const header = [0x30];
  let remaining = payloadBytes + 3;
  do {
    const more = remaining >= 128;
    header.push((remaining % 128) | (more ? 0x80 : 0));
    remaining = Math.floor(remaining / 128);
  } while (remaining > 0);
  return Buffer.concat([Buffer.from([...header, 0, 1, 0x74]), Buffer.alloc(payloadBytes)]);
}

const PING = Buffer.from([0xc0, 0]);

describe('the meter of MQTT packets', () => {
  it('lets packets within the limit through, however the stream is cut', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: LIMIT - 10 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 300 }), (payloads, cut) => {
        const stream = Buffer.concat([...payloads.map(publish), PING]);
        const meter = new PacketSizeMeter(LIMIT);
        for (let offset = 0; offset < stream.byteLength; offset += cut) {
          expect(meter.accept(stream.subarray(offset, offset + cut))).toBe(true);
        }
      }),
    );
  });

  it('stops at the header of a packet beyond the limit', () => {
    const meter = new PacketSizeMeter(LIMIT);
    expect(meter.accept(publish(10))).toBe(true);
    expect(meter.accept(publish(LIMIT + 1).subarray(0, 5))).toBe(false);
  });

  it('stops at a length that is none', () => {
    expect(new PacketSizeMeter(LIMIT).accept(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]))).toBe(false);
  });
});
