import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  FakeDriver,
  type FakeDriverOptions,
} from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import type { GpuSample } from '../../../src/shared/gpu.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { GuardProcess } from './guard-process.ts';

const LIB_RM_VERSION_MISMATCH = 18;
const UNKNOWN = 999;

let folder: string;
let stack: DisposableStack;

beforeEach(() => {
  stack = new DisposableStack();
  folder = stack.use(temporaryFolder()).path;
});
afterEach(() => stack.dispose());

const journalPath = () => join(folder, 'gpu-limits.json');

async function driver(options?: FakeDriverOptions) {
  return stack.use(await FakeDriver.create(options));
}

function start(fake: FakeDriver) {
  return stack.use(new GuardProcess({ journalPath: journalPath(), libraryPath: fake.libraryPath }));
}

async function started(fake: FakeDriver) {
  const guard = start(fake);
  const { devices } = await guard.message('devices');
  guard.send({ type: 'sample', everyMs: 100 });
  return { guard, uuids: devices.map(({ uuid }) => uuid) };
}

describe('GPU guard without its driver', () => {
  it('says lost when the driver is unloaded, and holds again when it is back', async () => {
    const fake = await driver();
    const { guard, uuids } = await started(fake);
    const [uuid = ''] = uuids;
    await guard.hold(uuid, 150_000, 70);
    const from = guard.received.length;
    fake.unload();
    await guard.message('lost', undefined, from);
    expect(await guard.message('held', undefined, from)).toMatchObject({
      limits: { powerLimitMilliwatts: null, acousticThresholdC: null },
      problem: expect.any(String),
    });
    // Said again and again, so that the agent does not take the guard for one that hangs.
    await vi.waitFor(
      () => expect(guard.received.filter(({ type }) => type === 'lost').length).toBeGreaterThan(1),
      { timeout: 10_000 },
    );

    fake.load();
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
    await guard.message('devices', undefined, from);
    await guard.message('held', ({ limits }) => limits.powerLimitMilliwatts === 150_000, from);
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(150_000);
    await guard.message('samples', undefined, guard.received.length);
    guard.end();
    expect(await guard.exit).toBe(0);
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
    expect(fake.get(0, 'acousticThresholdC')).toBe(83);
  });

  it('goes on with the others when one card is lost', async () => {
    const fake = await driver({ cards: [{}, {}] });
    const { guard, uuids } = await started(fake);
    for (const uuid of uuids) await guard.hold(uuid, 150_000);
    const from = guard.received.length;
    fake.set(0, 'isLost', 1);
    const { samples } = await guard.message(
      'samples',
      (message) => message.samples[0]?.temperatureC === null,
      from,
    );
    expect(samples[0]).toMatchObject({ uuid: uuids[0], powerMilliwatts: null, processes: null });
    expect(samples[1]).toMatchObject({ uuid: uuids[1], temperatureC: expect.any(Number) });
    expect(await guard.hold(uuids[0] ?? '', 140_000)).toMatchObject({
      problem: expect.stringContaining('LOST'),
    });
    expect(await guard.hold(uuids[1] ?? '', 140_000)).toMatchObject({ problem: null });
    expect(guard.received.some(({ type }) => type === 'lost')).toBe(false);
  });

  it('says lost when every card is lost, and holds again when the driver found it', async () => {
    const fake = await driver();
    const { guard, uuids } = await started(fake);
    await guard.hold(uuids[0] ?? '', 150_000);
    fake.set(0, 'isLost', 1);
    expect((await guard.message('lost')).detail).toContain('GPU_IS_LOST');
    expect(existsSync(journalPath())).toBe(true);
    fake.unload();
    fake.load();
    await guard.message(
      'held',
      ({ limits }) => limits.powerLimitMilliwatts === 150_000,
      guard.received.length,
    );
  });

  it('takes a card that only answers UNKNOWN for lost, and puts its limits back when it answers', async () => {
    const fake = await driver();
    const { guard, uuids } = await started(fake);
    await guard.hold(uuids[0] ?? '', 150_000);
    fake.fail('*', UNKNOWN, { card: 0 });
    expect((await guard.message('lost')).detail).toContain('UNKNOWN');
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(150_000);
    guard.end();
    expect(await guard.exit).toBe(3);
    fake.fail('*', 0);
    const next = start(fake);
    expect((await next.message('ready')).restored).toEqual(uuids);
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
  });

  it('asks for a fresh process when the driver was updated under it', async () => {
    const fake = await driver();
    const { guard, uuids } = await started(fake);
    await guard.hold(uuids[0] ?? '', 150_000);
    fake.fail('*', LIB_RM_VERSION_MISMATCH);
    await guard.message('lost');
    expect(await guard.exit).not.toBe(0);
    // The fresh one waits, because the driver that is loaded still is the old one.
    const fresh = start(fake);
    await fresh.message('lost');
    fake.fail('*', 0);
    await fresh.message('devices');
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
  });

  it('asks for a fresh process when another library file is in place', async () => {
    const fake = await driver();
    const { guard } = await started(fake);
    copyFileSync(fake.libraryPath, `${fake.libraryPath}.new`);
    renameSync(`${fake.libraryPath}.new`, fake.libraryPath);
    fake.unload();
    expect(await guard.exit).toBe(5);
  });

  it('starts while a driver is not loaded yet, and goes on when it is', async () => {
    const fake = await driver();
    fake.unload();
    const guard = start(fake);
    await guard.message('lost');
    expect(guard.received[0]).toEqual({ type: 'ready', protocol: 1, restored: [] });
    fake.load();
    await guard.message('samples');
  });

  it('says absent when a library stays without a driver', async () => {
    const fake = await driver();
    fake.unload();
    const guard = start(fake);
    await guard.message('absent');
    expect(await guard.exit).toBe(0);
  });

  it('hangs alone when the driver hangs, and the next guard puts the limits back', async () => {
    const fake = await driver();
    const { guard, uuids } = await started(fake);
    await guard.hold(uuids[0] ?? '', 150_000);
    fake.hang('nvmlDeviceGetPowerUsage', 60_000);
    await vi.waitFor(
      async () => {
        const from = guard.received.length;
        await new Promise((resolve) => setTimeout(resolve, 1000));
        expect(guard.received.length).toBe(from);
      },
      { timeout: 10_000 },
    );
    // What an agent does with a guard that is silent.
    guard.kill('SIGKILL');
    await guard.exit;
    fake.hang('nvmlDeviceGetPowerUsage', 0);
    const next = start(fake);
    expect((await next.message('ready')).restored).toEqual(uuids);
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
  });

  it('nulls a reading that makes no sense instead of sending it', async () => {
    const fake = await driver({ cards: [{ supportsMemoryTemperature: 1 }] });
    const { guard } = await started(fake);
    await guard.message('samples', ({ samples }) => samples[0]?.memoryTemperatureC !== null);
    fake.set(0, 'memoryTemperatureC', 4000);
    const isNull = ({ samples }: { samples: readonly GpuSample[] }) =>
      samples[0]?.memoryTemperatureC === null;
    const { samples } = await guard.message('samples', isNull);
    expect(samples[0]).toMatchObject({
      temperatureC: expect.any(Number),
      powerMilliwatts: expect.any(Number),
    });
  });
});
