import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BareNvml } from './bare-nvml.ts';
import { FAKE_CARD_PROPERTIES, NOT_AVAILABLE_BYTES } from './fake-card-property.ts';
import { FakeDriver, type FakeDriverOptions } from './fake-driver.ts';
import { FakeDriverCompilerMissingError, fakeDriverMissing } from './fake-driver-compiler.ts';

const UNINITIALIZED = 1;
const INVALID_ARGUMENT = 2;
const NOT_SUPPORTED = 3;
const NO_PERMISSION = 4;
const DRIVER_NOT_LOADED = 9;
const TIMEOUT = 10;
const GPU_IS_LOST = 15;
const XID = 8;

/** A driver with the manual clock, unless asked otherwise, and NVML initialised in this process. */
async function start(options: FakeDriverOptions = {}) {
  const driver = await FakeDriver.create({ clock: 'manual', ...options });
  const nvml = new BareNvml(driver.libraryPath);
  expect(nvml.call('nvmlInit_v2')).toBe(0);
  return {
    driver,
    nvml,
    [Symbol.dispose]: () => {
      nvml[Symbol.dispose]();
      driver[Symbol.dispose]();
    },
  };
}

test('without a compiler it says which package brings one', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    await expect(FakeDriver.create()).rejects.toThrow(FakeDriverCompilerMissingError);
    expect(fakeDriverMissing('win32')).toContain('gcc-mingw-w64-x86-64');
  } finally {
    process.env.PATH = path;
  }
});

describe.skipIf(fakeDriverMissing() !== undefined)('a fake driver', () => {
  test('reads and, but for what follows from others, sets every property', async () => {
    using driver = await FakeDriver.create({ clock: 'manual' });
    const derived = ['powerMilliwatts', 'throughput', 'throttleReasons', 'seconds'];
    for (const property of FAKE_CARD_PROPERTIES) {
      const value = driver.get(0, property);
      expect(value, property).not.toBeNaN();
      if (derived.includes(property))
        expect(() => driver.set(0, property, value), property).toThrow('follows');
      else driver.set(0, property, value);
      expect(driver.get(0, property), property).toBe(value);
    }
  });

  test('refuses cards, functions and clocks that it does not have', async () => {
    using driver = await FakeDriver.create();
    expect(() => driver.get(1, 'load')).toThrow('no such card');
    expect(() => driver.fail('nvmlDeviceGetTemprature', 3)).toThrow('no such function');
    expect(() => driver.calls('nvmlDeviceGetTemprature')).toThrow('no such function');
    expect(() => driver.advance(1)).toThrow('not manual');
  });

  test('removes its folder when disposed', async () => {
    const driver = await FakeDriver.create();
    expect(existsSync(driver.libraryPath)).toBe(true);
    driver[Symbol.dispose]();
    driver[Symbol.dispose]();
    expect(existsSync(dirname(driver.libraryPath))).toBe(false);
  });

  test('gives each card its own properties and identity', async () => {
    using it = await start({ cards: [{ powerDefaultMilliwatts: 150_000 }, { temperatureC: 70 }] });
    const { driver, nvml } = it;
    expect(nvml.read('nvmlDeviceGetCount_v2')).toBe(2);
    expect(nvml.read('nvmlDeviceGetPowerManagementLimit', nvml.device(0))).toBe(150_000);
    expect(nvml.read('nvmlDeviceGetTemperature', nvml.device(1), 0)).toBe(70);
    driver.advance(5);
    expect(nvml.read('nvmlDeviceGetTemperature', nvml.device(1), 0)).toBeGreaterThan(60);
    const uuid = Buffer.alloc(96);
    expect(nvml.call('nvmlDeviceGetUUID', nvml.device(1), uuid, 96)).toBe(0);
    const text = uuid.toString('utf8', 0, uuid.indexOf(0));
    const handle = Buffer.alloc(8);
    expect(nvml.call('nvmlDeviceGetHandleByUUID', text, handle)).toBe(0);
    expect(Number(handle.readBigUInt64LE())).toBe(nvml.device(1));
    expect(nvml.call('nvmlDeviceGetHandleByPciBusId_v2', '00000000:02:00.0', handle)).toBe(0);
    expect(Number(handle.readBigUInt64LE())).toBe(nvml.device(1));
    expect(nvml.call('nvmlDeviceGetHandleByIndex_v2', 2, handle)).toBe(INVALID_ARGUMENT);
  });

  test('keeps two drivers in one process apart', async () => {
    using first = await start({ cards: [{ temperatureC: 50 }] });
    using second = await start({ cards: [{ temperatureC: 60 }] });
    expect(first.nvml.read('nvmlDeviceGetTemperature', first.nvml.device(0), 0)).toBe(50);
    expect(second.nvml.read('nvmlDeviceGetTemperature', second.nvml.device(0), 0)).toBe(60);
  });

  test('counts initialisations', async () => {
    using it = await start();
    const { driver, nvml } = it;
    const device = nvml.device(0);
    expect(nvml.call('nvmlInitWithFlags', 1)).toBe(0);
    expect(nvml.call('nvmlShutdown')).toBe(0);
    expect(nvml.read('nvmlDeviceGetPowerUsage', device)).toBe(12_000);
    expect(nvml.call('nvmlShutdown')).toBe(0);
    expect(nvml.call('nvmlDeviceGetPowerUsage', device, Buffer.alloc(4))).toBe(UNINITIALIZED);
    expect(nvml.call('nvmlShutdown')).toBe(UNINITIALIZED);
    expect(driver.calls('nvmlInit')).toBe(1);
    expect(driver.calls('nvmlShutdown')).toBe(3);
  });

  test('lacks the functions that it shall hide, and no others', async () => {
    using it = await start({ hiddenSymbols: ['nvmlDeviceGetTemperatureV'] });
    expect(it.nvml.has('nvmlDeviceGetTemperatureV')).toBe(false);
    expect(it.nvml.has('nvmlDeviceGetTemperature')).toBe(true);
    expect(it.nvml.read('nvmlDeviceGetTemperature', it.nvml.device(0), 0)).toBe(41);
  });

  test('fails by name, version, card and number of times until cleared', async () => {
    using it = await start({ cards: [{}, {}] });
    const { driver, nvml } = it;
    const answer = (card: number, name = 'nvmlDeviceGetPowerUsage') =>
      nvml.call(name, nvml.device(card), Buffer.alloc(64));
    driver.fail('nvmlDeviceGetPowerUsage', 999, { card: 1 });
    expect([answer(0), answer(1), answer(1)]).toEqual([0, 999, 999]);
    driver.fail('nvmlDeviceGetPowerUsage', 0, { card: 1 });
    expect(answer(1)).toBe(0);
    driver.fail('nvmlDeviceGetPowerUsage', 3, { times: 2 });
    expect([answer(0), answer(1), answer(0)]).toEqual([3, 3, 0]);
    // A plain name means all versions, one with a version only that.
    driver.fail('nvmlDeviceGetMemoryInfo_v2', 13);
    expect(answer(0, 'nvmlDeviceGetMemoryInfo')).toBe(0);
    driver.fail('nvmlDeviceGetMemoryInfo', 12);
    driver.fail('nvmlDeviceGetMemoryInfo_v2', 0);
    expect(answer(0, 'nvmlDeviceGetMemoryInfo_v2')).toBe(12);
    const device = nvml.device(0);
    driver.fail('*', 18);
    expect(nvml.call('nvmlInit_v2')).toBe(18);
    expect(nvml.call('nvmlDeviceGetPowerUsage', device, Buffer.alloc(4))).toBe(18);
    driver.fail('*', 0);
    expect(answer(0, 'nvmlDeviceGetMemoryInfo')).toBe(0);
  });

  test('hangs for as long as asked, and no longer than it is asked', async () => {
    using it = await start();
    const { driver, nvml } = it;
    driver.hang('nvmlDeviceGetPowerUsage', 80);
    const startedMs = performance.now();
    nvml.read('nvmlDeviceGetPowerUsage', nvml.device(0));
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(79);
    driver.hang('nvmlDeviceGetPowerUsage', 0);
    expect(nvml.read('nvmlDeviceGetPowerUsage', nvml.device(0))).toBe(12_000);
  });

  test('loses what a driver loses when it is unloaded', async () => {
    using it = await start();
    const { driver, nvml } = it;
    const device = nvml.device(0);
    expect(nvml.call('nvmlDeviceSetPowerManagementLimit', device, 120_000)).toBe(0);
    driver.set(0, 'acousticThresholdC', 70);
    driver.unload();
    expect(nvml.call('nvmlDeviceGetPowerUsage', device, Buffer.alloc(4))).toBe(UNINITIALIZED);
    expect(nvml.call('nvmlInit_v2')).toBe(DRIVER_NOT_LOADED);
    driver.load();
    expect(nvml.call('nvmlDeviceGetPowerUsage', device, Buffer.alloc(4))).toBe(UNINITIALIZED);
    expect(nvml.call('nvmlInit_v2')).toBe(0);
    expect(nvml.call('nvmlDeviceGetPowerUsage', device, Buffer.alloc(4))).toBe(INVALID_ARGUMENT);
    expect(nvml.read('nvmlDeviceGetPowerManagementLimit', nvml.device(0))).toBe(200_000);
    expect(nvml.read('nvmlDeviceGetTemperatureThreshold', nvml.device(0), 5)).toBe(83);
  });

  test('keeps a lost card lost until the driver is loaded again', async () => {
    using it = await start({ cards: [{}, {}] });
    const { driver, nvml } = it;
    const device = nvml.device(0);
    driver.set(0, 'isLost', 1);
    expect(nvml.call('nvmlDeviceGetPowerUsage', device, Buffer.alloc(4))).toBe(GPU_IS_LOST);
    expect(nvml.call('nvmlDeviceGetHandleByIndex_v2', 0, Buffer.alloc(8))).toBe(GPU_IS_LOST);
    expect(nvml.read('nvmlDeviceGetPowerUsage', nvml.device(1))).toBe(12_000);
    driver.unload();
    driver.load();
    expect(nvml.call('nvmlInit_v2')).toBe(0);
    expect(nvml.read('nvmlDeviceGetPowerUsage', nvml.device(0))).toBe(12_000);
  });

  test('tells events to the sets that asked for them', async () => {
    using it = await start({ cards: [{}, {}] });
    const { driver, nvml } = it;
    const set = nvml.read('nvmlEventSetCreate');
    expect(nvml.call('nvmlDeviceRegisterEvents', nvml.device(1), XID, set)).toBe(0);
    const data = Buffer.alloc(32);
    const wait = () => nvml.call('nvmlEventSetWait_v2', set, data, 10);
    expect(wait()).toBe(TIMEOUT);
    driver.raiseEvent(0, XID, 31);
    driver.raiseEvent(1, 4, 2);
    expect(wait()).toBe(TIMEOUT);
    driver.raiseEvent(1, XID, 31);
    expect(wait()).toBe(0);
    expect(Number(data.readBigUInt64LE(0))).toBe(nvml.device(1));
    expect([data.readBigUInt64LE(8), data.readBigUInt64LE(16)]).toEqual([8n, 31n]);
    driver.set(1, 'isLost', 1);
    expect([wait(), data.readBigUInt64LE(16)]).toEqual([0, 79n]);
    expect(wait()).toBe(GPU_IS_LOST);
    expect(nvml.call('nvmlEventSetFree', set)).toBe(0);
    expect(wait()).toBe(INVALID_ARGUMENT);
  });

  test('sets limits only in their range and where the card can', async () => {
    using it = await start({ cards: [{}, { supportsSetPowerLimit: 0, supportsAcoustic: 0 }] });
    const { driver, nvml } = it;
    const limit = (card: number, milliwatts: number) =>
      nvml.call('nvmlDeviceSetPowerManagementLimit', nvml.device(card), milliwatts);
    expect([limit(0, 99_999), limit(0, 100_000), limit(0, 215_000), limit(0, 215_001)]).toEqual([2, 0, 0, 2]);
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(215_000);
    expect(limit(1, 150_000)).toBe(NOT_SUPPORTED);
    const threshold = (card: number, type: number, celsius: number) => {
      const value = Buffer.alloc(4);
      value.writeInt32LE(celsius);
      return nvml.call('nvmlDeviceSetTemperatureThreshold', nvml.device(card), type, value);
    };
    expect([threshold(0, 5, 64), threshold(0, 5, 65), threshold(0, 5, 92)]).toEqual([2, 0, 2]);
    expect(driver.get(0, 'acousticThresholdC')).toBe(65);
    expect([threshold(0, 0, 80), threshold(1, 5, 80)]).toEqual([NOT_SUPPORTED, NOT_SUPPORTED]);
  });

  test('lets only those set who may', async () => {
    using it = await start();
    const { driver, nvml } = it;
    const set = () => nvml.call('nvmlDeviceSetPowerManagementLimit', nvml.device(0), 150_000);
    process.env.NVML_FAKE_UNPRIVILEGED = '1';
    try {
      expect(set()).toBe(NO_PERMISSION);
      expect(driver.get(0, 'powerLimitMilliwatts')).toBe(200_000);
      driver.set(0, 'setAllowed', 2);
      expect(set()).toBe(0);
    } finally {
      delete process.env.NVML_FAKE_UNPRIVILEGED;
    }
    driver.set(0, 'setAllowed', 0);
    expect(set()).toBe(NO_PERMISSION);
    driver.set(0, 'setAllowed', 1);
    expect(set()).toBe(process.getuid?.() === 0 ? 0 : NO_PERMISSION);
  });

  test('lists processes by the protocol of counts', async () => {
    using it = await start({
      cards: [{ computePid: 4242, computeBytes: NOT_AVAILABLE_BYTES, graphicsPid: 7, graphicsBytes: 1e9 }],
    });
    const { driver, nvml } = it;
    const count = Buffer.alloc(4);
    const infos = Buffer.alloc(48);
    const list = (name: string) => nvml.call(name, nvml.device(0), count, infos);
    expect(list('nvmlDeviceGetComputeRunningProcesses_v3')).toBe(7);
    expect(count.readUInt32LE()).toBe(1);
    expect(list('nvmlDeviceGetComputeRunningProcesses_v3')).toBe(0);
    expect([infos.readUInt32LE(0), infos.readBigUInt64LE(8)]).toEqual([4242, 0xffffffffffffffffn]);
    count.writeUInt32LE(2);
    expect(list('nvmlDeviceGetGraphicsRunningProcesses')).toBe(0);
    expect([count.readUInt32LE(), infos.readUInt32LE(0), infos.readBigUInt64LE(8)]).toEqual([
      1,
      7,
      10n ** 9n,
    ]);
    driver.set(0, 'supportsProcesses', 0);
    expect(list('nvmlDeviceGetComputeRunningProcesses_v3')).toBe(NOT_SUPPORTED);
  });
});
