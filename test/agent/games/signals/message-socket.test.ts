import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Framing, MessageSocket } from '../../../../src/agent/games/signals/message-socket.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

/** Four bytes of length, the length included. */
const framing: Framing = (bytes) => (bytes.length < 4 ? undefined : Math.max(4, bytes.readUInt32LE(0)));

function messageOf(length: number, filling: number): Buffer {
  const message = Buffer.alloc(length, filling);
  message.writeUInt32LE(length, 0);
  return message;
}

async function pair(): Promise<{ socket: MessageSocket; peer: Socket }> {
  const folder = temporaryFolder();
  const place = path.join(folder.path, 'socket');
  const accepted = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    accepted.resolve(socket);
  });
  await new Promise<void>((resolve) => void server.listen(place, resolve));
  const socket = await MessageSocket.connect(place);
  const peer = await accepted.promise;
  onTestFinished(() => {
    socket[Symbol.dispose]();
    peer.destroy();
    server.close();
    folder[Symbol.dispose]();
  });
  return { socket, peer };
}

describe.skipIf(process.platform !== 'linux')('MessageSocket', () => {
  it('cuts messages however they arrive, and passes over the longest', { timeout: 60_000 }, async () => {
    const lengths = fc.oneof(
      fc.integer({ min: 4, max: 2_000 }),
      fc.constantFrom(1_048_576, 1_048_577, 3_000_000),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(lengths, { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 5 }),
        async (sizes, cuts) => {
          const { socket, peer } = await pair();
          const heard: number[] = [];
          socket.receive(framing, (message) => heard.push(message.length));
          const bytes = Buffer.concat([...sizes, 4].map((size, index) => messageOf(size, index)));
          for (let at = 0, index = 0; at < bytes.length; index += 1) {
            const cut = cuts[index % cuts.length] ?? 1;
            const rest = bytes.length > 100_000 ? 60_000 + cut : cut;
            peer.write(bytes.subarray(at, at + rest));
            at += rest;
          }
          const expected = [...sizes, 4].filter((size) => size <= 1_048_576);
          await vi.waitFor(() => expect(heard).toEqual(expected), { timeout: 5_000 });
          socket[Symbol.dispose]();
          peer.destroy();
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps what comes until somebody wants it, within bounds', async () => {
    const { socket, peer } = await pair();
    peer.write(Buffer.concat([messageOf(8, 1), messageOf(12, 2)]));
    expect((await socket.next(framing)).length).toBe(8);
    expect((await socket.next(framing)).length).toBe(12);
    for (let count = 0; count < 5; count += 1) peer.write(messageOf(1_000_000, 3));
    expect(await socket.closed).toContain('more than was asked for');
  });

  it('closes when nobody answers in time', async () => {
    const { socket } = await pair();
    socket.deadline(20);
    await expect(socket.next(framing)).rejects.toThrow('no answer within');
  });

  it('closes on what is not understood', async () => {
    const { socket, peer } = await pair();
    socket.receive(framing, () => {
      throw new RangeError('out of bounds');
    });
    peer.write(messageOf(9, 0));
    expect(await socket.closed).toBe('not understood: out of bounds');
  });

  it('cannot be had where nobody listens', async () => {
    await expect(MessageSocket.connect('/nowhere/at/all')).rejects.toThrow('ENOENT');
    await expect(MessageSocket.connect('\0gata nobody')).rejects.toThrow('ECONNREFUSED');
  });
});
