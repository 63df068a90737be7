import { describe, expect, test } from 'vitest';
import { BareNvml } from './bare-nvml.ts';
import { FakeDriver } from './fake-driver.ts';
import { fakeDriverMissing } from './fake-driver-compiler.ts';

const INVALID_ARGUMENT = 2;
const NOT_SUPPORTED = 3;
const ARGUMENT_VERSION_MISMATCH = 25;
const CANARY = 0xa5;

/** Calls with a versioned struct: the size and version that NVIDIA's header gives it. */
const VERSIONED = [
  { name: 'nvmlDeviceGetTemperatureV', size: 12, version: 1, word: 0x0100000c },
  { name: 'nvmlDeviceGetMemoryInfo_v2', size: 40, version: 2, word: 0x02000028 },
  { name: 'nvmlDeviceGetMarginTemperature', size: 8, version: 1, word: 0x01000008 },
  { name: 'nvmlDeviceGetFanSpeedRPM', size: 12, version: 1, word: 0x0100000c },
] as const;

/** Calls that fill a struct or a number without a version: how many bytes of it they write. */
const PLAIN = [
  { name: 'nvmlDeviceGetMemoryInfo', size: 24 },
  { name: 'nvmlDeviceGetBAR1MemoryInfo', size: 24 },
  { name: 'nvmlDeviceGetUtilizationRates', size: 8 },
  { name: 'nvmlDeviceGetPciInfo_v3', size: 68 },
  { name: 'nvmlDeviceGetTotalEnergyConsumption', size: 8 },
  { name: 'nvmlDeviceGetCurrentClocksEventReasons', size: 8 },
  { name: 'nvmlDeviceGetCurrentClocksThrottleReasons', size: 8 },
  { name: 'nvmlDeviceGetPowerUsage', size: 4 },
  { name: 'nvmlDeviceGetFanSpeed', size: 4 },
] as const;

async function start(cards?: Parameters<typeof FakeDriver.create>[0]) {
  const driver = await FakeDriver.create({ clock: 'manual', ...cards });
  const nvml = new BareNvml(driver.libraryPath);
  nvml.call('nvmlInit_v2');
  return {
    driver,
    nvml,
    device: nvml.device(0),
    [Symbol.dispose]: () => {
      nvml[Symbol.dispose]();
      driver[Symbol.dispose]();
    },
  };
}

describe.skipIf(fakeDriverMissing() !== undefined)("the fake library's binary interface", () => {
  test.each(VERSIONED)('$name takes its version word and no other', async ({ name, size, version, word }) => {
    using it = await start();
    const struct = Buffer.alloc(size + 8);
    const call = (versionWord: number) => {
      struct.fill(0).fill(CANARY, size);
      struct.writeUInt32LE(versionWord);
      return it.nvml.call(name, it.device, struct);
    };
    expect(word).toBe(size | (version << 24));
    expect(call(word)).toBe(0);
    expect(struct.subarray(size).every((byte) => byte === CANARY)).toBe(true);
    expect(call(size | ((version + 1) << 24))).toBe(ARGUMENT_VERSION_MISMATCH);
    expect(call(0)).toBe(ARGUMENT_VERSION_MISMATCH);
    expect(call((size + 4) | (version << 24))).toBe(INVALID_ARGUMENT);
  });

  test.each(PLAIN)('$name fills its struct and not a byte more', async ({ name, size }) => {
    using it = await start({ cards: [{ load: 1, fanPercent: 50, fanIsManual: 1 }] });
    const struct = Buffer.alloc(size + 16, CANARY);
    expect(it.nvml.call(name, it.device, struct)).toBe(0);
    expect(struct.subarray(size).every((byte) => byte === CANARY)).toBe(true);
    expect(struct.subarray(0, size).every((byte) => byte === CANARY)).toBe(false);
  });

  test.each([
    ['nvmlDeviceGetComputeRunningProcesses', 16],
    ['nvmlDeviceGetComputeRunningProcesses_v2', 24],
    ['nvmlDeviceGetComputeRunningProcesses_v3', 24],
    ['nvmlDeviceGetProcessUtilization', 32],
  ])('%s has elements of %i bytes', async (name, size) => {
    using it = await start({ cards: [{ load: 1, computePid: 42, computeBytes: 1 }] });
    it.driver.advance(1);
    const count = Buffer.alloc(4);
    count.writeUInt32LE(1);
    const infos = Buffer.alloc(size + 8, CANARY);
    const rest = name.endsWith('Utilization') ? [infos, count, 0] : [count, infos];
    expect(it.nvml.call(name, it.device, ...rest)).toBe(0);
    expect(infos.readUInt32LE()).toBe(42);
    expect(infos.subarray(size - 4, size).every((byte) => byte === CANARY)).toBe(false);
    expect(infos.subarray(size).every((byte) => byte === CANARY)).toBe(true);
  });

  test('a power limit is also set through the newer struct', async () => {
    using it = await start();
    const value = Buffer.alloc(12);
    value.writeUInt32LE(0x0200000c);
    value.writeUInt32LE(150_000, 8);
    expect(it.nvml.call('nvmlDeviceSetPowerManagementLimit_v2', it.device, value)).toBe(
      process.getuid?.() === 0 ? 0 : 4,
    );
    value.writeUInt8(1, 4);
    expect(it.nvml.call('nvmlDeviceSetPowerManagementLimit_v2', it.device, value)).toBe(NOT_SUPPORTED);
    value.writeUInt32LE(0x0100000c);
    expect(it.nvml.call('nvmlDeviceSetPowerManagementLimit_v2', it.device, value)).toBe(
      ARGUMENT_VERSION_MISMATCH,
    );
  });

  test('field values are answered one by one, 40 bytes each', async () => {
    using it = await start({ cards: [{ supportsMemoryTemperature: 1, memoryTemperatureC: 66 }] });
    const ids = [82, 83, 186, 187, 188, 189, 190, 192, 12_345];
    const fields = Buffer.alloc(40 * ids.length);
    for (const [index, id] of ids.entries()) fields.writeUInt32LE(id, 40 * index);
    it.driver.set(0, 'energyMillijoules', 5e12);
    expect(it.nvml.call('nvmlDeviceGetFieldValues', it.device, ids.length, fields)).toBe(0);
    const values = ids.map((_, index) => Number(fields.readBigUInt64LE(40 * index + 32)));
    expect(values).toEqual([66, 5e12, 12_000, 100_000, 215_000, 200_000, 200_000, 200_000, 0]);
    const answers = ids.map((_, index) => fields.readUInt32LE(40 * index + 28));
    expect(answers).toEqual([0, 0, 0, 0, 0, 0, 0, 0, NOT_SUPPORTED]);
    const types = ids.map((_, index) => fields.readUInt32LE(40 * index + 24));
    expect(types.slice(0, 3)).toEqual([1, 3, 1]);
  });

  test('texts need room for their zero', async () => {
    using it = await start();
    const name = Buffer.alloc(96);
    expect(it.nvml.call('nvmlDeviceGetName', it.device, name, 96)).toBe(0);
    const length = name.indexOf(0);
    expect(name.toString('utf8', 0, length)).toBe('NVIDIA GeForce RTX 4070');
    expect(it.nvml.call('nvmlDeviceGetName', it.device, name, length)).toBe(7);
  });
});
