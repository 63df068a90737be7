import { describe, expect, test } from 'vitest';
import { fakeDriverMissing } from './fake-driver/fake-driver-compiler.ts';
import { openFake, thrownBy } from './open-fake.ts';

const SAMPLES = 100_000;
const busy = { load: 0.5, computePid: 4321, computeBytes: 6e9, supportsMemoryTemperature: 1 } as const;

describe.skipIf(fakeDriverMissing() !== undefined)('a sample', () => {
  test("holds the card's whole state", async () => {
    using it = await openFake({ cards: [{ ...busy, powerLimitMilliwatts: 160_000 }] });
    it.driver.advance(30);
    const { driver, device } = it;
    const rounded = (property: Parameters<typeof driver.get>[1]) => Math.round(driver.get(0, property));
    expect(device.sample({ pcieThroughput: true })).toEqual({
      uuid: device.uuid,
      atMs: expect.any(Number),
      temperatureC: rounded('temperatureC'),
      memoryTemperatureC: rounded('memoryTemperatureC'),
      powerMilliwatts: rounded('powerMilliwatts'),
      energyMillijoules: Math.floor(driver.get(0, 'energyMillijoules')),
      utilisationPercent: 50,
      memoryUtilisationPercent: 30,
      memoryUsedBytes: driver.get(0, 'memoryUsedBytes'),
      memoryFreeBytes: device.memoryInfo().freeBytes,
      graphicsClockMegahertz: device.clockMegahertz('graphics'),
      memoryClockMegahertz: device.clockMegahertz('memory'),
      fanPercent: rounded('fanPercent'),
      pcieTransmitKilobytesPerSecond: driver.get(0, 'pcieTransmitKilobytesPerSecond'),
      pcieReceiveKilobytesPerSecond: driver.get(0, 'pcieReceiveKilobytesPerSecond'),
      throttleReasons: device.clockEventReasons(),
      powerLimitMilliwatts: 160_000,
      acousticThresholdC: driver.get(0, 'acousticThresholdC'),
      processes: [{ pid: 4321, kind: 'compute', usedBytes: 6e9 }],
      failures: [],
    });
    expect(device.sample().energyMillijoules).toBeGreaterThan(1_000_000);
  });

  test('leaves out what blocks or is not wanted', async () => {
    using it = await openFake({ cards: [busy] });
    const sample = it.device.sample({ processes: false });
    expect(sample).toMatchObject({
      pcieTransmitKilobytesPerSecond: null,
      pcieReceiveKilobytesPerSecond: null,
      processes: null,
    });
    expect(it.driver.calls('nvmlDeviceGetPcieThroughput')).toBe(0);
    expect(it.driver.calls('nvmlDeviceGetComputeRunningProcesses')).toBe(0);
  });

  test('does not ask again for what the card does not support, until it is probed', async () => {
    using it = await openFake({
      cards: [
        {
          supportsEnergy: 0,
          supportsFan: 0,
          supportsAcoustic: 0,
          supportsPowerLimit: 0,
          supportsProcesses: 0,
        },
      ],
    });
    const missing = {
      energyMillijoules: null,
      memoryTemperatureC: null,
      fanPercent: null,
      acousticThresholdC: null,
      powerLimitMilliwatts: null,
      processes: null,
      failures: [],
    };
    for (let round = 0; round < 5; round += 1) expect(it.device.sample()).toMatchObject(missing);
    for (const name of [
      'nvmlDeviceGetTotalEnergyConsumption',
      'nvmlDeviceGetFieldValues',
      'nvmlDeviceGetFanSpeed',
      'nvmlDeviceGetPowerManagementLimit',
      'nvmlDeviceGetComputeRunningProcesses',
    ]) {
      expect([name, it.driver.calls(name)]).toEqual([name, 1]);
    }
    it.driver.set(0, 'supportsEnergy', 1);
    it.driver.set(0, 'supportsMemoryTemperature', 1);
    it.driver.set(0, 'supportsFan', 1);
    expect(it.device.sample().fanPercent).toBeNull();
    it.device.probe();
    expect(it.device.sample()).toMatchObject({
      energyMillijoules: expect.any(Number),
      memoryTemperatureC: expect.any(Number),
      fanPercent: expect.any(Number),
    });
  });

  test('reads the energy counter by its own call where the driver does not know the field', async () => {
    using it = await openFake({ cards: [busy] });
    it.driver.fail('nvmlDeviceGetFieldValues', 3);
    it.driver.advance(10);
    for (let round = 0; round < 3; round += 1) {
      expect(it.device.sample()).toMatchObject({
        energyMillijoules: Math.floor(it.driver.get(0, 'energyMillijoules')),
        memoryTemperatureC: null,
      });
    }
    expect(it.driver.calls('nvmlDeviceGetFieldValues')).toBe(1);
  });

  test('follows processes as they come and go', async () => {
    using it = await openFake();
    expect(it.device.sample().processes).toEqual([]);
    it.driver.set(0, 'graphicsPid', 99);
    it.driver.set(0, 'graphicsBytes', 2 ** 64);
    expect(it.device.sample().processes).toEqual([{ pid: 99, kind: 'graphics', usedBytes: null }]);
    it.driver.set(0, 'computePid', 4321);
    it.driver.set(0, 'computeBytes', 1000);
    it.driver.set(0, 'graphicsBytes', 2000);
    expect(it.device.sample().processes).toEqual([
      { pid: 4321, kind: 'compute', usedBytes: 1000 },
      { pid: 99, kind: 'graphics', usedBytes: 2000 },
    ]);
    it.driver.set(0, 'computePid', 0);
    it.driver.set(0, 'graphicsPid', 0);
    expect(it.device.sample().processes).toEqual([]);
  });

  test('fails when the card fell off the bus, and works again when it is back', async () => {
    using it = await openFake({ cards: [{}, {}] });
    const other = it.nvml.deviceByIndex(1);
    it.driver.set(0, 'isLost', 1);
    expect(thrownBy(() => it.device.sample())).toMatchObject({ code: 'GPU_IS_LOST' });
    expect(thrownBy(() => it.device.supports)).toMatchObject({ code: 'GPU_IS_LOST' });
    expect(other.sample().temperatureC).not.toBeNull();
    it.driver.set(0, 'isLost', 0);
    expect(it.device.sample().temperatureC).not.toBeNull();
  });

  test('keeps several cards apart', async () => {
    using it = await openFake({ cards: [{ temperatureC: 50 }, { temperatureC: 60 }, { temperatureC: 70 }] });
    const devices = it.nvml.devices();
    for (let round = 0; round < 3; round += 1) {
      expect(devices.map((device) => device.sample().temperatureC)).toEqual([50, 60, 70]);
    }
    expect(new Set(devices.map((device) => device.sample().uuid)).size).toBe(3);
  });

  test('leaves nothing behind in memory', { timeout: 120_000 }, async () => {
    using it = await openFake({ cards: [{ ...busy, graphicsPid: 99, graphicsBytes: 1000 }] });
    const take = () => {
      for (let round = 0; round < SAMPLES; round += 1) {
        // Otherwise the list of processes would stay the same one.
        if (round % 100 === 0) it.driver.set(0, 'computeBytes', 6e9 + round);
        it.device.sample({ pcieThroughput: true });
      }
      return process.memoryUsage().rss;
    };
    const before = take();
    const after = Math.min(take(), take());
    expect(after - before).toBeLessThan(32e6);
  });
});
