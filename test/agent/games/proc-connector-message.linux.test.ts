import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeEvent,
  encodeOperation,
  eventFilter,
  OPERATION_LISTEN,
} from '../../../src/agent/games/proc-connector-message.linux.ts';

/** A datagram as the kernel sends it: headers, what, cpu, time, then the event's fields. */
function datagram(what: number, ...fields: readonly number[]): Buffer {
  const bytes = Buffer.alloc(76);
  encodeOperation(what, 0).copy(bytes);
  fields.forEach((field, index) => {
    bytes.writeUInt32LE(field, 52 + index * 4);
  });
  return bytes;
}

describe('encodeOperation', () => {
  it('writes a netlink header, a connector header and the operation', () => {
    const message = encodeOperation(OPERATION_LISTEN, 77);
    expect(message.toString('hex')).toBe(
      '28000000030000000000000' + '04d0000000100000001000000000000000000000004000000' + '01000000',
    );
  });
});

describe('decodeEvent', () => {
  it('reads execs by process, and exits of whole processes', () => {
    expect(decodeEvent(datagram(2, 12, 10), 76)).toEqual({ kind: 'exec', pid: 10 });
    expect(decodeEvent(datagram(0x80000000, 10, 10), 76)).toEqual({ kind: 'exit', pid: 10 });
  });

  it('reads forks of whole processes', () => {
    expect(decodeEvent(datagram(1, 10, 10, 11, 11), 76)).toEqual({ kind: 'fork', pid: 11, parentPid: 10 });
    expect(decodeEvent(datagram(1, 12, 10, 11, 11), 76)).toEqual({ kind: 'fork', pid: 11, parentPid: 10 });
  });

  it('passes over threads that begin and end, and foreign messages', () => {
    expect(decodeEvent(datagram(0x80000000, 11, 10), 76)).toBeUndefined();
    expect(decodeEvent(datagram(1, 10, 10, 11, 10), 76)).toBeUndefined();
    const foreign = datagram(2, 10, 10);
    foreign.writeUInt32LE(9, 16);
    expect(decodeEvent(foreign, 76)).toBeUndefined();
  });

  it('reads the kernel’s answer to a subscription', () => {
    expect(decodeEvent(datagram(0, 1), 76)).toEqual({ kind: 'answer', error: 1 });
  });

  it('never throws on junk or cut messages', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 128 }), (bytes) => {
        decodeEvent(Buffer.from(bytes), bytes.byteLength);
      }),
    );
  });
});

describe('eventFilter', () => {
  it('lets through exactly what decodeEvent knows, or only execs', () => {
    const values = fc.constantFrom(0, 1, 1, 2, 4, 0x40, 0x200, 0x80000000);
    fc.assert(
      fc.property(
        values,
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
        (what, fields) => {
          const bytes = datagram(what, ...fields);
          const event = decodeEvent(bytes, 76);
          expect(runFilter(eventFilter({ onlyExecs: false }), bytes) > 0).toBe(event !== undefined);
          const isTold = event?.kind === 'exec' || event?.kind === 'answer';
          expect(runFilter(eventFilter({ onlyExecs: true }), bytes) > 0).toBe(isTold);
        },
      ),
    );
  });
});

/** The six instructions of classic BPF that the filter uses, as linux/filter.h defines them. */
function runFilter(program: Buffer, packet: Buffer): number {
  let accumulator = 0;
  let index = 0;
  for (let at = 0; ; at += 1) {
    const code = program.readUInt16LE(at * 8);
    const [ifTrue, ifFalse] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3)];
    const value = program.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = packet.readUInt32BE(value);
    else if (code === 0x07) index = accumulator;
    else if (code === 0x05) at += value;
    else if (code === 0x15) at += accumulator === value ? ifTrue : ifFalse;
    else if (code === 0x1d) at += accumulator === index ? ifTrue : ifFalse;
    else if (code === 0x06) return value;
    else throw new Error(`unknown instruction ${code}`);
  }
}
