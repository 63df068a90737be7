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

/** Answers of the right frame, with noise in them: mostly replies, so that the client gets far. */
const answers = fc.array(
  fc.record({
    kind: fc.oneof(
      { arbitrary: fc.constant(1), weight: 150 },
      { arbitrary: fc.constantFrom(22, 28, 35), weight: 3 },
      { arbitrary: fc.constant(0), weight: 1 },
    ),
    format: fc.oneof({ arbitrary: fc.constant(32), weight: 8 }, { arbitrary: fc.nat(0xff), weight: 2 }),
    present: fc.oneof({ arbitrary: fc.constant(1), weight: 9 }, { arbitrary: fc.nat(0xff), weight: 1 }),
    words: fc.nat(20),
    number: fc.nat(2 ** 22),
    noise: fc.uint8Array({ minLength: 112, maxLength: 112 }),
  }),
  { minLength: 50, maxLength: 60, size: 'max' },
);

/** How many requests a client sent at once. */
function requestsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 4 * Math.max(1, bytes.readUInt16LE(at + 2))) count += 1;
  return count;
}

interface Noise {
  readonly kind: number;
  readonly format: number;
  readonly present: number;
  readonly words: number;
  readonly number: number;
  readonly noise: Uint8Array;
}

function encode({ kind, format, present, words, number, noise }: Noise, sequence: number): Buffer {
  const isLong = kind === 1 || kind === 35;
  const message = Buffer.from(noise.subarray(0, isLong ? 32 + 4 * words : 32));
  message.set([kind, format], 0);
  message.writeUInt16LE(sequence, 2);
  message.writeUInt8(present, 8);
  if (isLong) message.writeUInt32LE(words, 4);
  if (message.length >= 36) message.writeUInt32LE(number, 32);
  return message;
}

describe.skipIf(process.platform !== 'linux')('a server that means harm', () => {
  it('cannot end the process as an X server', { timeout: 60_000 }, async () => {
    let windows = 0;
    await fc.assert(
      fc.asyncProperty(answers, fc.uint8Array({ maxLength: 64 }), async (messages, noise) => {
        const display = randomInt(30_000, 60_000);
        await using _server = await serve(`\0/tmp/.X11-unix/X${display}`, (socket) => {
          const waiting = [...messages];
          let sequence = -1;
          socket.on('data', (bytes) => {
            if (sequence < 0) socket.write(setup());
            else for (let count = requestsIn(bytes); count > 0; count -= 1) answer();
            sequence = Math.max(sequence, 0);
          });
          const answer = () => {
            sequence += 1;
            for (;;) {
              const message = waiting.pop();
              if (message === undefined) return void socket.end(noise);
              socket.write(encode(message, sequence));
              // Events come on top of answers; answers that nobody waits for are ignored.
              if (message.kind <= 1) return;
            }
          };
        });
        using signal = new X11ForegroundWindow(logger, { DISPLAY: `:${display}` });
        signal.on('change', () => {
          if (signal.value === null) return;
          windows += 1;
          expect(signal.value.pid).toBeGreaterThan(0);
        });
        await signal.start();
      }),
      { numRuns: 600 },
    );
    // Some of the noise is taken for windows: so far does it get.
    expect(windows).toBeGreaterThan(0);
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
