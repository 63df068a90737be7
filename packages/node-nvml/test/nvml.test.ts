import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NvmlDisposedError, NvmlUnavailableError, openNvml } from '../src/index.ts';
import { FakeDriver } from './fake-driver/fake-driver.ts';
import { fakeDriverMissing } from './fake-driver/fake-driver-compiler.ts';
import { openFake, thrownBy } from './open-fake.ts';

function inFolder(check: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'node-nvml-'));
  try {
    check(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('says that there is no NVML where no library is', () => {
  inFolder((folder) => {
    const error = thrownBy(() => openNvml({ libraryPath: join(folder, 'libnvidia-ml.so.1') }));
    expect(error).toBeInstanceOf(NvmlUnavailableError);
    expect(error).toMatchObject({ reason: 'no-library', code: 'LIBRARY_NOT_FOUND', value: 12 });
    if (error instanceof NvmlUnavailableError) {
      expect(error.message).toMatch(/no usable NVML here.*was not found.*Install the NVIDIA driver/);
      expect(error.attempts).toEqual([{ path: join(folder, 'libnvidia-ml.so.1'), problem: 'no such file' }]);
    }
  });
});

test('says that a damaged library is damaged', () => {
  inFolder((folder) => {
    const libraryPath = join(folder, 'libnvidia-ml.so.1');
    writeFileSync(libraryPath, 'This is a text, not a library.\n'.repeat(200));
    const error = thrownBy(() => openNvml({ libraryPath }));
    expect(error).toMatchObject({ reason: 'unusable-library', code: 'LIBRARY_NOT_FOUND' });
    if (error instanceof NvmlUnavailableError) expect(error.message).toContain('Reinstall');
  });
});

test.skipIf(process.platform !== 'linux')('says that another library is not NVML', () => {
  const report: object = process.report.getReport();
  const libraries: unknown = 'sharedObjects' in report ? report.sharedObjects : [];
  const libc = Array.isArray(libraries)
    ? libraries.find((path): path is string => typeof path === 'string' && path.includes('libc.so'))
    : undefined;
  if (libc === undefined) throw new Error('This process has no C library.');
  expect(thrownBy(() => openNvml({ libraryPath: libc }))).toMatchObject({ reason: 'unusable-library' });
});

test('takes no relative path, which the loader would look up anywhere', () => {
  expect(thrownBy(() => openNvml({ libraryPath: 'nvml.dll' }))).toMatchObject({ reason: 'no-library' });
});

describe.skipIf(fakeDriverMissing() !== undefined)('on a driver', () => {
  test('tells versions and cards', async () => {
    using it = await openFake({ cards: [{}, {}, {}] });
    expect(it.nvml.libraryPath).toBe(it.driver.libraryPath);
    expect(it.nvml.driverVersion()).toMatch(/^\d+\.\d+/);
    expect(it.nvml.nvmlVersion()).toContain(it.nvml.driverVersion());
    expect(it.nvml.cudaDriverVersion()).toEqual({ major: 12, minor: 8 });
    expect(it.nvml.deviceCount()).toBe(3);
    expect(it.nvml.devices().map((device) => device.index())).toEqual([0, 1, 2]);
    expect(new Set(it.nvml.devices().map(({ uuid }) => uuid)).size).toBe(3);
  });

  test('finds a card by index, UUID and place on the bus', async () => {
    using it = await openFake({ cards: [{}, {}] });
    const second = it.nvml.deviceByIndex(1);
    expect(it.nvml.deviceByUuid(second.uuid).index()).toBe(1);
    expect(it.nvml.deviceByPciBusId(second.pciInfo().busId).index()).toBe(1);
    expect(thrownBy(() => it.nvml.deviceByIndex(2))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(thrownBy(() => it.nvml.deviceByUuid('GPU-none'))).toMatchObject({ code: 'NOT_FOUND' });
    expect(thrownBy(() => it.nvml.deviceByPciBusId('00000000:77:00.0'))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('names the program of a process', async () => {
    using it = await openFake({ cards: [{ computePid: 4321 }] });
    expect(it.nvml.processName(4321)).toBe('program-4321');
    expect(thrownBy(() => it.nvml.processName(1))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('lists the other cards when one fell off the bus, and tells of that one', async () => {
    using it = await openFake({ cards: [{}, {}, {}] });
    it.driver.set(1, 'isLost', 1);
    expect(it.nvml.devices().map((device) => device.index())).toEqual([0, 2]);
    expect(it.nvml.inaccessibleDevices()).toMatchObject([{ index: 1, error: { code: 'GPU_IS_LOST' } }]);
  });

  test.each([
    ['DRIVER_NOT_LOADED', 9],
    ['LIB_RM_VERSION_MISMATCH', 18],
    ['NO_PERMISSION', 4],
    ['GPU_NOT_FOUND', 28],
    ['UNKNOWN', 999],
  ] as const)('says why NVML does not start: %s', async (code, value) => {
    using driver = await FakeDriver.create();
    driver.fail('nvmlInit', value);
    const error = thrownBy(() => openNvml({ libraryPath: driver.libraryPath }));
    expect(error).toBeInstanceOf(NvmlUnavailableError);
    expect(error).toMatchObject({ reason: 'init-failed', code, value, call: 'nvmlInit_v2' });
  });

  test('starts without cards only when that is allowed', async () => {
    using driver = await FakeDriver.create();
    using _ = openNvml({ libraryPath: driver.libraryPath, allowNoGpus: true });
    expect(driver.calls('nvmlInitWithFlags')).toBe(1);
    expect(driver.calls('nvmlInit')).toBe(0);
  });

  test('shuts down once, however often it is disposed, and not while another one is open', async () => {
    using driver = await FakeDriver.create();
    const first = openNvml({ libraryPath: driver.libraryPath });
    const second = openNvml({ libraryPath: driver.libraryPath });
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(driver.calls('nvmlShutdown')).toBe(1);
    expect(second.deviceCount()).toBe(1);
    second[Symbol.dispose]();
    expect(driver.calls('nvmlShutdown')).toBe(2);
  });

  test('answers with a typed error after it was disposed, from devices and event sets as well', async () => {
    using it = await openFake();
    const set = it.nvml.createEventSet();
    it.nvml[Symbol.dispose]();
    const calls = it.driver.calls('*');
    for (const call of [
      () => it.nvml.devices(),
      () => it.nvml.driverVersion(),
      () => it.nvml.createEventSet(),
      () => it.device.sample(),
      () => it.device.temperatureC(),
      () => it.device.computeProcesses(),
      () => it.device.setPowerLimit(150_000),
      () => set.register(it.device, 4),
    ]) {
      expect(thrownBy(call)).toBeInstanceOf(NvmlDisposedError);
    }
    await expect(set.wait(0)).rejects.toBeInstanceOf(NvmlDisposedError);
    set[Symbol.dispose]();
    expect(it.driver.calls('*')).toBe(calls);
  });

  test('works again after the driver was unloaded and loaded, when it is opened again', async () => {
    using it = await openFake();
    it.driver.unload();
    expect(thrownBy(() => it.device.sample())).toMatchObject({ code: 'UNINITIALIZED' });
    expect(thrownBy(() => it.nvml.devices())).toMatchObject({ code: 'UNINITIALIZED' });
    expect(thrownBy(() => openNvml({ libraryPath: it.driver.libraryPath }))).toMatchObject({
      reason: 'init-failed',
      code: 'DRIVER_NOT_LOADED',
    });
    it.driver.load();
    // What was open before stays of no use.
    expect(thrownBy(() => it.device.sample())).toMatchObject({ code: 'UNINITIALIZED' });
    it.nvml[Symbol.dispose]();
    using again = openNvml({ libraryPath: it.driver.libraryPath });
    expect(again.deviceByUuid(it.device.uuid).sample().temperatureC).not.toBeNull();
  });
});
