import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  createMeteredNetwork,
  parseMetered,
} from '../../../../src/agent/games/signals/metered-network.linux.ts';
import { BusPeer } from './support/bus-peer.ts';
import { hasDBus, PrivateBus } from './support/private-bus.ts';

const logger = pino({ level: 'silent' });
const SERVICE = 'org.freedesktop.NetworkManager';
const PATH = '/org/freedesktop/NetworkManager';

describe.skipIf(!hasDBus)('createMeteredNetwork', () => {
  it('follows what NetworkManager says', async () => {
    await using bus = await PrivateBus.start();
    using manager = await BusPeer.connect(bus.environment);
    let metered = 4;
    manager.answer = ({ member, readBody }) => {
      const [service, property] = readBody();
      if (member !== 'Get' || service !== SERVICE || property !== 'Metered') return undefined;
      return { signature: 'v', values: [{ signature: 'u', value: metered }] };
    };
    const signal = createMeteredNetwork(logger, bus.environment);
    onTestFinished(() => signal[Symbol.dispose]());
    await signal.start();
    expect(signal.value).toBeNull();
    await manager.own(SERVICE);
    await vi.waitFor(() => expect(signal.value).toBe(false));
    metered = 1;
    manager.signal(
      { path: PATH, interface: 'org.freedesktop.DBus.Properties', member: 'PropertiesChanged' },
      {
        signature: 'sa{sv}as',
        values: [SERVICE, [['Metered', { signature: 'u', value: metered }]], []],
      },
    );
    await vi.waitFor(() => expect(signal.value).toBe(true));
    await manager.release(SERVICE);
    await vi.waitFor(() => expect(signal.value).toBeNull());
  });
});

describe('parseMetered', () => {
  it.each([
    [0, null],
    [1, true],
    [2, false],
    [3, true],
    [4, false],
    [99, null],
    ['yes', null],
  ])('reads %s as %s', (value, metered) => {
    expect(parseMetered([{ signature: 'u', value }])).toBe(metered);
  });

  it('takes another answer for none', () => {
    expect(parseMetered([])).toBeNull();
    expect(parseMetered([1])).toBeNull();
    expect(parseMetered([[['x']]])).toBeNull();
  });
});
