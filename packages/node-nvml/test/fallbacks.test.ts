import { describe, expect, test } from 'vitest';
import { fakeDriverMissing } from './fake-driver/fake-driver-compiler.ts';
import { openFake, thrownBy } from './open-fake.ts';

/** Functions that libraries of 2017 do not have. */
const NEWER = [
  'nvmlInit_v2',
  'nvmlDeviceGetCount_v2',
  'nvmlDeviceGetHandleByIndex_v2',
  'nvmlDeviceGetHandleByPciBusId_v2',
  'nvmlSystemGetCudaDriverVersion_v2',
  'nvmlDeviceGetPciInfo_v3',
  'nvmlDeviceGetTemperatureV',
  'nvmlDeviceGetMemoryInfo_v2',
  'nvmlDeviceGetCurrentClocksEventReasons',
  'nvmlDeviceGetComputeRunningProcesses_v3',
  'nvmlDeviceGetComputeRunningProcesses_v2',
  'nvmlDeviceGetGraphicsRunningProcesses_v3',
  'nvmlDeviceGetGraphicsRunningProcesses_v2',
  'nvmlEventSetWait_v2',
];
const card = {
  load: 1,
  computePid: 4321,
  computeBytes: 6_000_000_000,
  graphicsPid: 99,
  graphicsBytes: 2 ** 64,
  memoryUsedBytes: 3_000_000_000,
};

describe.skipIf(fakeDriverMissing() !== undefined)('a library without the newer functions', () => {
  test('gives the same sample as one with them, but for what the older calls count otherwise', async () => {
    using newer = await openFake({ cards: [card] });
    using older = await openFake({ cards: [card], hiddenSymbols: NEWER });
    const reserved = newer.driver.get(0, 'memoryReservedBytes');
    const sample = newer.device.sample();
    expect(sample.memoryUsedBytes).toBe(3_000_000_000);
    expect(sample.processes).toEqual([
      { pid: 4321, kind: 'compute', usedBytes: 6_000_000_000 },
      { pid: 99, kind: 'graphics', usedBytes: null },
    ]);
    expect(older.device.sample()).toEqual({
      ...sample,
      memoryUsedBytes: 3_000_000_000 + reserved,
      atMs: expect.any(Number),
    });
    expect(older.driver.calls('nvmlDeviceGetComputeRunningProcesses')).toBeGreaterThan(0);
  });

  test('describes the card, by its place on the bus as well', async () => {
    using newer = await openFake();
    using older = await openFake({ hiddenSymbols: NEWER });
    expect(older.device.info()).toEqual(newer.device.info());
    expect(older.nvml.deviceByPciBusId('00000000:01:00.0').uuid).toBe(older.device.uuid);
    expect(older.nvml.cudaDriverVersion()).toEqual(newer.nvml.cudaDriverVersion());
    expect(older.device.temperatureC()).toBe(newer.device.temperatureC());
    expect(older.device.memoryInfo().reservedBytes).toBeNull();
    expect(newer.device.memoryInfo().reservedBytes).toBe(newer.driver.get(0, 'memoryReservedBytes'));
  });

  test('waits for events', async () => {
    using older = await openFake({ hiddenSymbols: NEWER });
    using set = older.nvml.createEventSet();
    set.register(older.device, 8);
    older.driver.raiseEvent(0, 8, 79);
    expect(await set.wait(10_000)).toEqual({ uuid: older.device.uuid, type: 8, data: 79 });
  });

  test('sets power limits by the newer call where that is the only one', async () => {
    using it = await openFake({
      cards: [{ setAllowed: 2 }],
      hiddenSymbols: ['nvmlDeviceSetPowerManagementLimit'],
    });
    it.device.setPowerLimit(150_000);
    expect(it.device.powerLimitMilliwatts()).toBe(150_000);
  });
});

describe.skipIf(fakeDriverMissing() !== undefined)('a driver older than its library', () => {
  test.each([13, 25])(
    'answers %i to the newer call: the older one is used, and only it from then on',
    async (value) => {
      using it = await openFake();
      it.driver.fail('nvmlDeviceGetTemperatureV', value);
      it.driver.fail('nvmlDeviceGetMemoryInfo_v2', value);
      for (let round = 0; round < 3; round += 1) {
        const sample = it.device.sample();
        expect(sample.temperatureC).toBe(Math.round(it.driver.get(0, 'temperatureC')));
        expect(sample.memoryUsedBytes).toBeGreaterThan(0);
      }
      expect(it.driver.calls('nvmlDeviceGetTemperatureV')).toBe(1);
      expect(it.driver.calls('nvmlDeviceGetMemoryInfo_v2')).toBe(1);
      expect(it.device.temperatureC()).toBe(Math.round(it.driver.get(0, 'temperatureC')));
      expect(it.device.memoryInfo().reservedBytes).toBeNull();
    },
  );
});

describe.skipIf(fakeDriverMissing() !== undefined)('a library without a function under any name', () => {
  const hidden = [
    'nvmlDeviceGetTotalEnergyConsumption',
    'nvmlDeviceGetFieldValues',
    'nvmlDeviceGetFanSpeed',
    'nvmlDeviceGetCurrentClocksEventReasons',
    'nvmlDeviceGetCurrentClocksThrottleReasons',
    'nvmlDeviceGetComputeRunningProcesses',
    'nvmlDeviceGetComputeRunningProcesses_v2',
    'nvmlDeviceGetComputeRunningProcesses_v3',
    'nvmlEventSetCreate',
  ];

  test('leaves its values out', async () => {
    using it = await openFake({ cards: [{ ...card, supportsMemoryTemperature: 1 }], hiddenSymbols: hidden });
    expect(it.device.sample()).toMatchObject({
      energyMillijoules: null,
      memoryTemperatureC: null,
      fanPercent: null,
      throttleReasons: null,
      processes: [{ pid: 99, kind: 'graphics', usedBytes: null }],
      failures: [],
    });
    expect(it.device.supports).toMatchObject({
      energyCounter: false,
      fan: false,
      processes: false,
      power: true,
    });
    expect(it.device.capabilities.energyCounter).toBe('not-supported');
    expect(thrownBy(() => it.device.energyMillijoules())).toMatchObject({
      code: 'FUNCTION_NOT_FOUND',
      call: 'nvmlDeviceGetTotalEnergyConsumption',
    });
    expect(thrownBy(() => it.device.computeProcesses())).toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
    expect(thrownBy(() => it.nvml.createEventSet())).toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
  });
});
