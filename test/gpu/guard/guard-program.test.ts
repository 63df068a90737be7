import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  FakeDriver,
  type FakeDriverOptions,
} from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { GuardProcess, type GuardProcessOptions } from './guard-process.ts';

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

function start(libraryPath: string, options: Partial<GuardProcessOptions> = {}) {
  return stack.use(new GuardProcess({ journalPath: journalPath(), libraryPath, ...options }));
}

/** A guard that told its cards, and the UUID of each. */
async function started(fake: FakeDriver, options: Partial<GuardProcessOptions> = {}) {
  const guard = start(fake.libraryPath, options);
  const { devices } = await guard.message('devices');
  const uuids = devices.map(({ uuid }) => uuid);
  return { guard, devices, uuid: uuids[0] ?? '', uuids };
}

describe('GPU guard', () => {
  it('says ready and the cards first, then reads them as often as asked', async () => {
    const fake = await driver({
      cards: [{}, { powerDefaultMilliwatts: 300_000, powerMaximumMilliwatts: 350_000 }],
    });
    const { guard, devices, uuids } = await started(fake);
    expect(guard.received.slice(0, 2).map(({ type }) => type)).toEqual(['ready', 'devices']);
    expect(guard.received[0]).toEqual({ type: 'ready', protocol: 1, restored: [] });
    expect(guard.received[1]).toMatchObject({ authority: 'direct', cudaVersion: expect.any(String) });
    expect(devices[1]).toMatchObject({
      index: 1,
      powerLimitRange: { defaultMilliwatts: 300_000 },
      acousticThresholdRange: { minimumC: 65, maximumC: 91 },
      hasEnergyCounter: true,
      canLimit: { power: true, acoustic: true },
    });
    const first = await guard.message('samples');
    expect(first.samples.map(({ uuid }) => uuid)).toEqual(uuids);
    expect(first.samples[0]).toMatchObject({
      temperatureC: expect.any(Number),
      powerMilliwatts: expect.any(Number),
      powerLimitMilliwatts: 200_000,
      memoryTemperatureC: null,
      pcieTransmitKilobytesPerSecond: expect.any(Number),
      processes: [],
    });

    guard.send({ type: 'sample', everyMs: 50 });
    const count = () => guard.received.filter(({ type }) => type === 'samples').length;
    await vi.waitFor(() => expect(count()).toBeGreaterThan(10), 10_000);
    // Blocking reads keep a slower rhythm of their own: one a card, in each direction.
    expect(fake.calls('nvmlDeviceGetPcieThroughput')).toBeLessThanOrEqual(2 * 2 * 2);
  });

  it('holds what is asked, clamped and read back, and releases it', async () => {
    const fake = await driver({ cards: [{}, {}] });
    const { guard, uuid, uuids } = await started(fake);
    expect(await guard.hold(uuid, 150_000, 70)).toEqual({
      type: 'held',
      uuid,
      limits: { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 },
      problem: null,
      foreign: false,
    });
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(150_000);
    expect(fake.get(0, 'acousticThresholdC')).toBe(70);
    expect(readFileSync(journalPath(), 'utf8')).toContain(uuid);
    const other = await guard.hold(uuids[1] ?? '', 1);
    expect(other.limits).toEqual({ powerLimitMilliwatts: 100_000, acousticThresholdC: null });

    expect(await guard.hold(uuid, null)).toMatchObject({ problem: null });
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
    expect(fake.get(0, 'acousticThresholdC')).toBe(83);

    guard.send({ type: 'release' });
    expect(await guard.message('released')).toEqual({ type: 'released', problem: null });
    expect(fake.get(1, 'powerLimitMilliwatts')).toBe(200_000);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves a limit alone that another program changes while it is held', async () => {
    const fake = await driver();
    const { guard, uuid } = await started(fake);
    await guard.hold(uuid, 150_000, 70);
    fake.set(0, 'powerLimitMilliwatts', 180_000);
    expect(await guard.message('held', ({ foreign }) => foreign)).toEqual({
      type: 'held',
      uuid,
      limits: { powerLimitMilliwatts: null, acousticThresholdC: 70 },
      problem: null,
      foreign: true,
    });
    expect(await guard.hold(uuid, 140_000)).toMatchObject({ foreign: true, problem: null });
    guard.end();
    expect(await guard.exit).toBe(0);
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(180_000);
    expect(fake.get(0, 'acousticThresholdC')).toBe(83);
  });

  it('tells the agent why there is no authority, and why nothing is held then', async () => {
    const fake = await driver();
    const { guard, uuid, devices } = await started(fake, { environment: { NVML_FAKE_UNPRIVILEGED: '1' } });
    expect(devices[0]?.canLimit).toEqual({ power: false, acoustic: false });
    expect(guard.received[1]).toMatchObject({
      authority: 'none',
      authorityDetail:
        'Limits of a graphics card can only be set by root. The privileged helper is not installed.',
    });
    expect(await guard.hold(uuid, 150_000)).toMatchObject({
      limits: { powerLimitMilliwatts: null },
      problem: expect.stringContaining('can only be set by root'),
    });
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
  });

  it.runIf(process.geteuid?.() === 0)('makes no writing call where it has no rights', async () => {
    const fake = await driver();
    chmodSync(folder, 0o777);
    const { guard } = await started(fake, { uid: 65_534 });
    expect(guard.received[1]).toMatchObject({ authority: 'none' });
    expect(fake.calls('nvmlDeviceSetPowerManagementLimit')).toBe(0);
  });

  it('tells which limit a card does not have, and holds the other', async () => {
    const fake = await driver({ cards: [{ supportsAcoustic: 0 }] });
    const { guard, uuid, devices } = await started(fake);
    expect(devices[0]).toMatchObject({
      acousticThresholdRange: null,
      canLimit: { power: true, acoustic: false },
    });
    expect(await guard.hold(uuid, 150_000, 70)).toMatchObject({
      limits: { powerLimitMilliwatts: 150_000, acousticThresholdC: null },
      problem: expect.stringContaining('temperature threshold'),
    });
  });

  it('changes nothing, and says why, when the journal cannot be written', async () => {
    const fake = await driver();
    const { guard, uuid } = await started(fake, { journalPath: join(folder, 'gone', 'gpu-limits.json') });
    const from = guard.received.length;
    expect(await guard.hold(uuid, 150_000)).toMatchObject({
      limits: { powerLimitMilliwatts: null },
      problem: expect.stringContaining('No limit is changed'),
    });
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
    // Somebody mends the disk: what is wanted is held without being asked for again.
    mkdirSync(join(folder, 'gone'));
    await guard.message('held', ({ limits }) => limits.powerLimitMilliwatts === 150_000, from);
  });

  it.runIf(process.geteuid?.() === 0)('changes nothing while the disk is full', async () => {
    const fake = await driver();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    stack.defer(() => execFileSync('/usr/bin/umount', ['--lazy', disk]));
    const ballast = join(disk, 'ballast');
    expect(() => writeFileSync(ballast, Buffer.alloc(128 * 1024))).toThrow(/ENOSPC/);
    const { guard, uuid } = await started(fake, { journalPath: join(disk, 'gpu-limits.json') });
    const from = guard.received.length;
    expect(await guard.hold(uuid, 150_000)).toMatchObject({
      limits: { powerLimitMilliwatts: null },
      problem: expect.stringContaining('ENOSPC'),
    });
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
    expect(readdirSync(disk)).toEqual(['ballast']);

    rmSync(ballast);
    await guard.message('held', ({ limits }) => limits.powerLimitMilliwatts === 150_000, from);
    // Full again: what was written down before is enough to put the limit back.
    expect(() => writeFileSync(ballast, Buffer.alloc(128 * 1024))).toThrow(/ENOSPC/);
    guard.end();
    expect(await guard.exit).toBe(0);
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
    expect(readdirSync(disk)).toEqual(['ballast']);
  });

  it('only reads when the journal cannot be read', async () => {
    const fake = await driver();
    mkdirSync(journalPath());
    const { guard, uuid } = await started(fake);
    expect(guard.received[1]).toMatchObject({
      authority: 'none',
      authorityDetail: expect.stringContaining('could not be read'),
    });
    expect(await guard.hold(uuid, 150_000)).toMatchObject({ limits: { powerLimitMilliwatts: null } });
    await guard.message('samples');
  });

  it('keeps a damaged journal and names a low limit that nobody explains', async () => {
    const fake = await driver({ cards: [{ powerLimitMilliwatts: 140_000 }] });
    writeFileSync(journalPath(), '{');
    const { guard } = await started(fake);
    expect(guard.received[1]).toMatchObject({
      authority: 'direct',
      authorityDetail: expect.stringContaining('140 W, below its default of 200 W'),
    });
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(140_000);
    expect(readdirSync(folder)).toEqual([expect.stringContaining('.malformed-')]);
  });

  it('ends with its limits back when it is sent what is not in the protocol', async () => {
    const fake = await driver();
    const { guard, uuid } = await started(fake);
    await guard.hold(uuid, 150_000);
    guard.write(Buffer.from([1, 0, 0, 0, 0xc0]));
    expect(await guard.exit).toBe(2);
    expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000);
    expect(guard.log).toContain('protocol violation');
  });

  it('says absent and ends where there is no driver', async () => {
    const missing = start(join(folder, 'no-such-library.so'));
    expect(await missing.message('absent')).toMatchObject({
      detail: expect.stringContaining('no-such-library'),
    });
    expect(await missing.exit).toBe(0);

    writeFileSync(join(folder, 'text.so'), 'not a library');
    const unusable = start(join(folder, 'text.so'));
    await unusable.message('absent');
    expect(await unusable.exit).toBe(0);
    rmSync(join(folder, 'text.so'));
  });
});
