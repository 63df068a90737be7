import { createServer } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createGameMode, parseGames } from '../../../../src/agent/games/signals/game-mode.linux.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { type Answer, BusPeer } from './support/bus-peer.ts';
import { hasDBus, PrivateBus } from './support/private-bus.ts';

const logger = pino({ level: 'silent' });
const SERVICE = 'com.feralinteractive.GameMode';
const PATH = '/com/feralinteractive/GameMode';

const listOf = (...pids: readonly number[]): Answer => ({
  signature: 'a(io)',
  values: [pids.map((pid) => [pid, `${PATH}/Games/${Math.abs(pid)}`])],
});

describe.skipIf(!hasDBus)('createGameMode', () => {
  let bus: PrivateBus;

  beforeAll(async () => {
    bus = await PrivateBus.start();
  });
  afterAll(() => bus[Symbol.asyncDispose]());

  async function peer(): Promise<BusPeer> {
    const connected = await BusPeer.connect(bus.environment);
    onTestFinished(() => connected[Symbol.dispose]());
    return connected;
  }

  /** A GameMode daemon that serves these programs. */
  async function daemon(...pids: readonly number[]): Promise<BusPeer> {
    const service = await peer();
    service.answer = ({ member }) => (member === 'ListGames' ? listOf(...pids) : undefined);
    await service.own(SERVICE);
    return service;
  }

  async function watch() {
    const signal = createGameMode(logger, bus.environment);
    onTestFinished(() => signal[Symbol.dispose]());
    await signal.start();
    return signal;
  }

  const tell = (service: BusPeer, member: string, pid: number) =>
    service.signal(
      { path: PATH, interface: SERVICE, member },
      { signature: 'io', values: [pid, `${PATH}/x`] },
    );

  it('knows the games that are registered when it starts', async () => {
    await daemon(4_000, 3_000);
    expect((await watch()).value).toEqual([3_000, 4_000]);
  });

  it('hears of games that register and go', async () => {
    const service = await daemon();
    const signal = await watch();
    expect(signal.value).toEqual([]);
    service.answer = () => listOf(1_234);
    tell(service, 'GameRegistered', 1_234);
    await vi.waitFor(() => expect(signal.value).toEqual([1_234]));
    service.answer = () => listOf();
    tell(service, 'GameUnregistered', 1_234);
    await vi.waitFor(() => expect(signal.value).toEqual([]));
  });

  it('hears of a daemon that comes and goes', async () => {
    const signal = await watch();
    expect(signal.value).toEqual([]);
    const service = await daemon(77);
    await vi.waitFor(() => expect(signal.value).toEqual([77]));
    service[Symbol.dispose]();
    await vi.waitFor(() => expect(signal.value).toEqual([]));
  });

  it('believes the daemon alone', async () => {
    await daemon(11);
    const signal = await watch();
    const liar = await peer();
    for (const destination of await liar.everybody()) {
      const body: Answer = { signature: 'io', values: [666, '/x'] };
      liar.signal({ path: PATH, interface: SERVICE, member: 'GameRegistered', destination }, body);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(signal.value).toEqual([11]);
  });

  it('asks seldom, however much it is told', async () => {
    const service = await daemon(11);
    await watch();
    const before = service.calls;
    for (let count = 0; count < 2_000; count += 1) tell(service, 'GameRegistered', 11);
    await service.everybody();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(service.calls - before).toBeLessThan(30);
  });

  it.each<[string, Answer | undefined]>([
    ['an error', undefined],
    ['another signature', { signature: 's', values: ['no list'] }],
    ['nothing', { signature: '', values: [] }],
    ['nested variants', { signature: 'v', values: [nested(20)] }],
  ])('takes a daemon that answers with %s for none', async (_, answer) => {
    const service = await daemon(11);
    const signal = await watch();
    expect(signal.value).toEqual([11]);
    service.answer = () => answer;
    tell(service, 'GameRegistered', 12);
    await vi.waitFor(() => expect(signal.value).toEqual([]));
    service.answer = () => listOf(13);
    tell(service, 'GameRegistered', 13);
    await vi.waitFor(() => expect(signal.value).toEqual([13]));
  });

  it('goes on when it is sent three megabytes unasked', async () => {
    const service = await daemon(11);
    const signal = await watch();
    const names = await service.everybody();
    for (const destination of names) {
      service.signal(
        { path: PATH, interface: SERVICE, member: 'Noise', destination },
        { signature: 's', values: ['x'.repeat(3 * 2 ** 20)] },
      );
    }
    service.answer = () => listOf(12);
    tell(service, 'GameRegistered', 12);
    await vi.waitFor(() => expect(signal.value).toEqual([12]));
  });

  it('finds a bus that was restarted', async () => {
    await daemon(5);
    const signal = await watch();
    expect(signal.value).toEqual([5]);
    await bus.stop();
    await vi.waitFor(() => expect(signal.value).toEqual([]));
    await bus.restart();
    await daemon(6);
    await vi.waitFor(() => expect(signal.value).toEqual([6]), { timeout: 15_000 });
  });

  it.each([
    ['no bus is named', {}],
    ['only one of another machine is', { DBUS_SESSION_BUS_ADDRESS: 'tcp:host=elsewhere,port=1' }],
    ['nobody listens', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/at%20all' }],
    ['the address is nonsense', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=%zz;unix:;;=,\0' }],
  ])('says once that %s', async (_, environment) => {
    const lines: string[] = [];
    using signal = createGameMode(
      pino({ level: 'info' }, { write: (line) => lines.push(line) }),
      environment,
    );
    await signal.start();
    expect(signal.value).toEqual([]);
    expect(lines).toHaveLength(1);
  });

  it('survives a bus that talks nonsense', async () => {
    using folder = temporaryFolder();
    const place = path.join(folder.path, 'bus');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (noise, isWelcome) => {
        const server = createServer((socket) => {
          socket.on('error', () => undefined);
          socket.once('data', () => {
            socket.write(isWelcome ? 'OK 00\r\n' : '');
            socket.end(noise);
          });
        });
        await new Promise<void>((resolve) => void server.listen(place, resolve));
        using signal = createGameMode(logger, { DBUS_SESSION_BUS_ADDRESS: `unix:path=${place}` });
        await signal.start();
        expect(signal.value).toEqual([]);
        await new Promise((resolve) => server.close(resolve));
      }),
      { numRuns: 100 },
    );
  });
});

describe('parseGames', () => {
  it('leaves out what is no pid', () => {
    expect(parseGames([[[5, '/a'], [5, '/b'], [-1, '/c'], [0, '/d'], ['x', '/e'], 7, []]])).toEqual([5]);
    expect(parseGames([])).toEqual([]);
  });

  it('bounds how many there are', () => {
    expect(parseGames([Array.from({ length: 5_000 }, (_, index) => [index + 1, '/x'])])).toHaveLength(1_024);
  });
});

function nested(depth: number): { signature: string; value: string | ReturnType<typeof nested> } {
  return depth === 0 ? { signature: 's', value: 'x' } : { signature: 'v', value: nested(depth - 1) };
}
