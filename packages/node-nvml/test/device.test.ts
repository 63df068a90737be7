import { describe, expect, test } from 'vitest';
import { FIELD, type NvmlDevice } from '../src/index.ts';
import { fakeDriverMissing } from './fake-driver/fake-driver-compiler.ts';
import { openFake, thrownBy } from './open-fake.ts';

describe.skipIf(fakeDriverMissing() !== undefined)('a device', () => {
  test('describes itself', async () => {
    using it = await openFake({ cards: [{ supportsSerial: 1 }] });
    const info = it.device.info();
    expect(info).toMatchObject({
      uuid: it.device.uuid,
      index: 0,
      minorNumber: 0,
      name: 'NVIDIA GeForce RTX 4070',
      serial: expect.stringMatching(/^\d+$/),
      vbiosVersion: expect.stringMatching(/^[\da-f.]+$/),
      brand: 'GeForce',
      architecture: 'Ada',
      computeCapability: { major: 8, minor: 9 },
      pci: { busId: '00000000:01:00.0', domain: 0, bus: 1, device: 0, deviceId: 0x278610de },
      memoryBytes: it.driver.get(0, 'memoryTotalBytes'),
      powerLimitRange: {
        minimumMilliwatts: it.driver.get(0, 'powerMinimumMilliwatts'),
        maximumMilliwatts: it.driver.get(0, 'powerMaximumMilliwatts'),
        defaultMilliwatts: it.driver.get(0, 'powerDefaultMilliwatts'),
      },
      acousticThresholdRange: {
        minimumC: it.driver.get(0, 'acousticMinimumC'),
        maximumC: it.driver.get(0, 'acousticMaximumC'),
      },
      slowdownTemperatureC: it.driver.get(0, 'slowdownC'),
      shutdownTemperatureC: it.driver.get(0, 'shutdownC'),
      fanCount: it.driver.get(0, 'fanCount'),
    });
  });

  test('describes a laptop that tells little', async () => {
    using it = await openFake({
      cards: [{ supportsPowerLimit: 0, supportsAcoustic: 0, supportsFan: 0, supportsEnergy: 0 }],
    });
    expect(it.device.info()).toMatchObject({
      serial: null,
      powerLimitRange: null,
      acousticThresholdRange: null,
      fanCount: 0,
    });
    expect(it.device.supports).toMatchObject({
      powerLimit: false,
      powerLimitRange: false,
      acousticThreshold: false,
      energyCounter: false,
      fan: false,
      power: true,
      memoryTemperature: false,
      ecc: false,
    });
  });

  test('reads every value', async () => {
    using it = await openFake({
      cards: [{ load: 1, encoderPercent: 12, decoderPercent: 34, temperatureC: 60, supportsEcc: 1 }],
    });
    const { device, driver } = it;
    const readings: Record<string, unknown> = {
      temperatureC: device.temperatureC(),
      marginTemperatureC: device.marginTemperatureC(),
      powerMilliwatts: device.powerMilliwatts(),
      enforced: device.enforcedPowerLimitMilliwatts(),
      utilisation: device.utilisation(),
      encoder: device.encoderUtilisation(),
      decoder: device.decoderUtilisation(),
      performanceState: device.performanceState(),
      fanCount: device.fanCount(),
      fanPercent: [device.fanPercent(), device.fanPercent(0)],
      fanRpm: device.fanRpm(0),
      pcieLink: device.pcieLink(),
      bar1: device.bar1Memory(),
      ecc: [device.eccMode(), device.eccErrors('uncorrected', 'aggregate')],
      powerSource: device.powerSource(),
      violation: device.violationStatus('power').violationNanoseconds,
    };
    const fan = Math.round(driver.get(0, 'fanPercent'));
    const width = driver.get(0, 'pcieWidth');
    const generation = driver.get(0, 'pcieGeneration');
    expect(readings).toEqual({
      temperatureC: 60,
      marginTemperatureC: driver.get(0, 'slowdownC') - 60,
      powerMilliwatts: Math.round(driver.get(0, 'powerMilliwatts')),
      enforced: driver.get(0, 'powerLimitMilliwatts'),
      utilisation: { gpuPercent: 100, memoryPercent: 60 },
      encoder: { percent: 12, periodMicroseconds: 167_000 },
      decoder: { percent: 34, periodMicroseconds: 167_000 },
      performanceState: 2,
      fanCount: 2,
      fanPercent: [fan, fan],
      fanRpm: expect.any(Number),
      pcieLink: { generation, width, maximumGeneration: generation, maximumWidth: width },
      bar1: { totalBytes: 2 ** 34, usedBytes: 8 * 2 ** 20, freeBytes: 2 ** 34 - 8 * 2 ** 20 },
      ecc: [{ current: true, pending: true }, 0],
      powerSource: 'mains',
      violation: expect.any(Number),
    });
    expect(device.maximumClockMegahertz('graphics')).toBe(driver.get(0, 'graphicsClockMaximumMegahertz'));
    expect(device.clockMegahertz('sm')).toBeLessThanOrEqual(device.maximumClockMegahertz('sm'));
    expect(device.clockMegahertz('video')).toBeGreaterThan(0);
    expect(thrownBy(() => device.fanPercent(7))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('reads fields, each with its own failure', async () => {
    using it = await openFake();
    it.driver.advance(5);
    expect(it.device.fieldValues([])).toEqual([]);
    expect(
      it.device.fieldValues([
        FIELD.totalEnergy,
        FIELD.memoryTemperature,
        { fieldId: FIELD.instantPower, scopeId: 0 },
        9999,
      ]),
    ).toMatchObject([
      { fieldId: 83, value: Math.floor(it.driver.get(0, 'energyMillijoules')), failure: null },
      { fieldId: 82, value: null, failure: 'NOT_SUPPORTED' },
      { fieldId: 186, value: Math.round(it.driver.get(0, 'powerMilliwatts')), failure: null },
      { fieldId: 9999, value: null, failure: 'NOT_SUPPORTED' },
    ]);
  });

  test('tells how much each process uses of the card', async () => {
    using it = await openFake({ cards: [{ load: 0.5, computePid: 4321, graphicsPid: 99 }] });
    it.driver.advance(1);
    const shares = it.device.processUtilisation();
    expect(shares).toMatchObject([
      { pid: 4321, gpuPercent: 50, memoryPercent: 30, encoderPercent: 0, decoderPercent: 0 },
      { pid: 99, gpuPercent: 0 },
    ]);
    const latest = Math.max(...shares.map(({ timestampMicroseconds }) => timestampMicroseconds));
    expect(latest).toBeGreaterThan(0);
    expect(it.device.processUtilisation(latest)).toEqual([]);
  });

  test('asks again with more room when there are more processes than it thought, but not for ever', async () => {
    using it = await openFake({ cards: [{ computePid: 4321, computeBytes: 1000 }] });
    const name = 'nvmlDeviceGetComputeRunningProcesses';
    const processes = [{ pid: 4321, kind: 'compute', usedBytes: 1000 }];
    it.driver.fail(name, 7, { times: 2 });
    expect(it.device.computeProcesses()).toEqual(processes);
    it.driver.fail(name, 7, { times: 2 });
    expect(it.device.sample().processes).toEqual(processes);
    it.driver.fail(name, 7);
    const before = it.driver.calls(name);
    expect(thrownBy(() => it.device.computeProcesses())).toMatchObject({ code: 'INSUFFICIENT_SIZE' });
    expect(it.driver.calls(name) - before).toBe(4);
  });

  test('knows whether the memory of processes is told only when there are some', async () => {
    using it = await openFake();
    expect(it.device.capabilities.processMemory).toBe('unknown');
    it.driver.set(0, 'computePid', 4321);
    it.driver.set(0, 'computeBytes', 2 ** 64);
    expect(it.device.probe().processMemory).toBe('not-supported');
    it.driver.set(0, 'computeBytes', 1000);
    expect(it.device.probe().processMemory).toBe('supported');
  });

  test('tells a refusal from a lack', async () => {
    using it = await openFake();
    it.driver.fail('nvmlDeviceGetProcessUtilization', 4);
    it.driver.fail('nvmlDeviceGetPerformanceState', 999);
    it.driver.fail('nvmlDeviceGetFieldValues', 4);
    expect(it.device.capabilities).toMatchObject({
      processUtilisation: 'no-permission',
      performanceState: 'unknown',
      memoryTemperature: 'no-permission',
    });
  });

  test('reads an unknown performance state as no data', async () => {
    using it = await openFake();
    it.driver.fail('nvmlDeviceGetPerformanceState', 21);
    expect(thrownBy(() => it.device.performanceState())).toMatchObject({ code: 'NO_DATA' });
  });

  test.skipIf(process.platform === 'win32')('keeps the driver loaded when told to', async () => {
    using it = await openFake({ cards: [{ setAllowed: 2 }] });
    it.device.setPersistenceMode(true);
    expect(it.device.persistenceMode()).toBe(true);
    it.device.setPersistenceMode(false);
    expect(it.device.persistenceMode()).toBe(false);
  });

  test('sets limits within their range', async () => {
    using it = await openFake({ cards: [{ setAllowed: 2 }] });
    const { device } = it;
    device.setPowerLimit(150_000);
    expect(device.powerLimitMilliwatts()).toBe(150_000);
    expect(thrownBy(() => device.setPowerLimit(1000))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(device.powerLimitMilliwatts()).toBe(150_000);
    device.setTemperatureThreshold('acousticCurrent', 70);
    expect(device.temperatureThresholdC('acousticCurrent')).toBe(70);
    expect(thrownBy(() => device.setTemperatureThreshold('acousticCurrent', 20))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(device.temperatureThresholdC('acousticMinimum')).toBe(it.driver.get(0, 'acousticMinimumC'));
  });

  const writes = (device: NvmlDevice) => device.probeWrites();
  test.each([
    ['may be set', { setAllowed: 2 }, 'yes', 'yes'],
    ['may not be set', { setAllowed: 0 }, 'no-permission', 'no-permission'],
    [
      'do not exist',
      { setAllowed: 2, supportsPowerLimit: 0, supportsAcoustic: 0 },
      'not-supported',
      'not-supported',
    ],
  ] as const)('finds out that limits %s, and changes none', async (_, card, power, acoustic) => {
    using it = await openFake({ cards: [card] });
    const before = it.device.sample();
    expect(writes(it.device)).toEqual({ powerLimitWritable: power, acousticThresholdWritable: acoustic });
    const { powerLimitMilliwatts, acousticThresholdC } = it.device.sample();
    expect({ powerLimitMilliwatts, acousticThresholdC }).toEqual({
      powerLimitMilliwatts: before.powerLimitMilliwatts,
      acousticThresholdC: before.acousticThresholdC,
    });
  });

  test('does not write while it only finds out what it can read', async () => {
    using it = await openFake({ cards: [{ setAllowed: 2 }] });
    it.device.probe();
    expect(it.driver.calls('nvmlDeviceSetPowerManagementLimit')).toBe(0);
    expect(it.driver.calls('nvmlDeviceSetTemperatureThreshold')).toBe(0);
    expect(it.driver.calls('nvmlDeviceSetPersistenceMode')).toBe(0);
  });

  test('waits as long as the driver does', async () => {
    using it = await openFake();
    it.driver.hang('nvmlDeviceGetPowerUsage', 200);
    const started = performance.now();
    it.device.powerMilliwatts();
    expect(performance.now() - started).toBeGreaterThanOrEqual(199);
  });
});
