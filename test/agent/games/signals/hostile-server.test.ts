import { randomInt } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { X11ForegroundWindow } from '../../../../src/agent/games/signals/foreground-window.x11.linux.ts';
import { WaylandLastInput } from '../../../../src/agent/games/signals/last-input.wayland.linux.ts';
import { encodeRequest } from '../../../../src/agent/games/signals/wayland/wayland-wire.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const logger = pino({ level: 'silent' });

async function serve(place: string, serveOne: (socket: Socket) => void): Promise<AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // What nobody reads keeps a socket from closing.
    socket.resume();
    serveOne(socket);
  });
  await new Promise<void>((resolve) => void server.listen(place, resolve));
  return { [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** The smallest setup that a client accepts: one screen whose root window is 1. */
function setup(): Buffer {
  const answer = Buffer.alloc(8 + 32 + 40);
  answer.writeUInt8(1, 0);
  answer.writeUInt16LE((answer.length - 8) / 4, 6);
  answer.writeUInt8(1, 28);
  answer.writeUInt32LE(1, 40);
  return answer;
}

/** Answers of the right frame, with noise in them. */
const answers = fc.array(
  fc.record({
    kind: fc.constantFrom(0, 1, 1, 1, 1, 22, 28, 35),
    words: fc.nat(20),
    noise: fc.uint8Array({ minLength: 112, maxLength: 112 }),
  }),
  { minLength: 40, maxLength: 60 },
);

describe.skipIf(process.platform !== 'linux')('a server that means harm', () => {
  it('cannot end the process as an X server', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.uint8Array({ maxLength: 64 }), async (messages, noise) => {
        const display = randomInt(30_000, 60_000);
        await using _server = await serve(`\0/tmp/.X11-unix/X${display}`, (socket) => {
          socket.once('data', () => {
            socket.write(setup());
            for (const [index, { kind, words, noise: filling }] of messages.entries()) {
              const message = Buffer.from(filling.subarray(0, 32 + 4 * words));
              message.writeUInt8(kind, 0);
              if (kind <= 1) message.writeUInt16LE(index + 1, 2);
              if (kind === 1 || kind === 35) message.writeUInt32LE(words, 4);
              socket.write(message.subarray(0, kind === 1 || kind === 35 ? 32 + 4 * words : 32));
            }
            socket.end(noise);
          });
        });
        using signal = new X11ForegroundWindow(logger, { DISPLAY: `:${display}` });
        await signal.start();
        expect(signal.value === null || signal.value.pid > 0).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('cannot end the process by a broken setup', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 120 }), async (noise) => {
        const display = randomInt(30_000, 60_000);
        await using _server = await serve(`\0/tmp/.X11-unix/X${display}`, (socket) => void socket.end(noise));
        using signal = new X11ForegroundWindow(logger, { DISPLAY: `:${display}` });
        await signal.start();
        expect(signal.value).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it('cannot end the process as a Wayland compositor', async () => {
    using folder = temporaryFolder();
    const place = path.join(folder.path, 'wayland');
    const event = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.integer({ min: 1, max: 7 }), fc.nat(2), fc.array(fc.nat(), { maxLength: 4 }))
        .map(([object, opcode, words]) => encodeRequest(object, opcode, ...words)),
      fc.constant(encodeRequest(2, 0, 1, 'wl_seat', 1)),
      fc.constant(encodeRequest(2, 0, 2, 'ext_idle_notifier_v1', 1)),
      fc.constant(encodeRequest(3, 0, 0)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        await using _server = await serve(place, (socket) => void socket.end(Buffer.concat(events)));
        using signal = new WaylandLastInput(logger, { WAYLAND_DISPLAY: place }, systemClock);
        await signal.start();
        expect(signal.value === null || signal.value instanceof Date).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
