import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLastInput } from '../../../../src/agent/games/signals/last-input.linux.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { BusPeer } from './support/bus-peer.ts';
import { Compositor } from './support/compositor.ts';
import { hasDBus, PrivateBus } from './support/private-bus.ts';
import { XClient } from './support/x-client.ts';
import { hasXvfb, Xvfb } from './support/xvfb.ts';

const logger = pino({ level: 'silent' });

async function watch(environment: NodeJS.ProcessEnv, log = logger) {
  const signal = createLastInput(log, environment, systemClock);
  onTestFinished(() => signal[Symbol.dispose]());
  await signal.start();
  return signal;
}

const agoMs = (date: Date | null) => (date === null ? Number.NaN : Date.now() - date.getTime());

describe('createLastInput', () => {
  it.skipIf(!hasXvfb)('sees the mouse move in an X session', { timeout: 20_000 }, async () => {
    await using server = await Xvfb.start();
    using hand = await XClient.connect(server.environment);
    const signal = await watch(server.environment);
    expect(signal.value).toBeInstanceOf(Date);
    await vi.waitFor(() => expect(agoMs(signal.value)).toBeGreaterThan(2_500), { timeout: 10_000 });
    const before = signal.value;
    await hand.moveMouse(300, 200);
    const movedAt = Date.now();
    await vi.waitFor(() => expect(signal.value).not.toEqual(before), { timeout: 5_000 });
    expect(signal.value?.getTime()).toBeGreaterThan(before?.getTime() ?? Number.NaN);
    expect(Math.abs((signal.value?.getTime() ?? 0) - movedAt)).toBeLessThan(1_000);
  });

  it.skipIf(!hasXvfb)('knows nothing when the X server ends', async () => {
    await using server = await Xvfb.start();
    const signal = await watch(server.environment);
    await server.stop();
    await vi.waitFor(() => expect(signal.value).toBeNull());
  });

  it.skipIf(!hasXvfb)('knows nothing on an X server without a screen saver', async () => {
    await using server = await Xvfb.start({ without: ['MIT-SCREEN-SAVER'] });
    const lines: string[] = [];
    const signal = await watch(
      server.environment,
      pino({ level: 'info' }, { write: (line) => lines.push(line) }),
    );
    expect(signal.value).toBeNull();
    expect(lines).toHaveLength(1);
  });

  it.skipIf(!hasDBus)('asks GNOME under Wayland, as soon and as long as it is there', async () => {
    await using bus = await PrivateBus.start();
    const signal = await watch({ ...bus.environment, XDG_SESSION_TYPE: 'wayland' });
    expect(signal.value).toBeNull();
    using shell = await BusPeer.connect(bus.environment);
    let idleMs = 60_000n;
    shell.answer = ({ member }) =>
      member === 'GetIdletime' ? { signature: 't', values: [idleMs] } : undefined;
    await shell.own('org.gnome.Mutter.IdleMonitor');
    await vi.waitFor(() => expect(agoMs(signal.value)).toBeGreaterThan(59_000));
    idleMs = 10n;
    await vi.waitFor(() => expect(agoMs(signal.value)).toBeLessThan(10_000), { timeout: 5_000 });
    shell.answer = () => ({ signature: 's', values: ['never'] });
    await vi.waitFor(() => expect(signal.value).toBeNull(), { timeout: 5_000 });
    shell.answer = () => ({ signature: 't', values: [5_000n] });
    await shell.release('org.gnome.Mutter.IdleMonitor');
    await shell.own('org.gnome.Mutter.IdleMonitor');
    await vi.waitFor(() => expect(signal.value).not.toBeNull());
    await shell.release('org.gnome.Mutter.IdleMonitor');
    await vi.waitFor(() => expect(signal.value).toBeNull());
  });

  it.each([1, 2])('is told by a Wayland compositor, version %i of the protocol', async (version) => {
    using folder = temporaryFolder();
    await using compositor = await Compositor.start(folder.path, version);
    const signal = await watch(compositor.environment);
    expect(agoMs(signal.value)).toBeLessThan(5_000);
    await vi.waitFor(() => expect(compositor.asked).toBe(version === 2 ? 'input' : 'activity'));
    compositor.tellIdle();
    await vi.waitFor(() => expect(agoMs(signal.value)).toBeGreaterThan(4_900));
    const idleSince = signal.value;
    compositor.tellResumed();
    await vi.waitFor(() => expect(signal.value).not.toEqual(idleSince));
    expect(agoMs(signal.value)).toBeLessThan(5_000);
    await compositor[Symbol.asyncDispose]();
    await vi.waitFor(() => expect(signal.value).toBeNull());
  });

  it('knows nothing where a compositor does not tell', async () => {
    using folder = temporaryFolder();
    await using compositor = await Compositor.start(folder.path, 0);
    expect((await watch(compositor.environment)).value).toBeNull();
  });
});
