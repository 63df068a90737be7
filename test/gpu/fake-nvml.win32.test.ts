import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeDriver } from '../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { fakeDriverMissing } from '../../packages/node-nvml/test/fake-driver/fake-driver-compiler.ts';
import { runUnderWine, wineMissing } from '../support/wine.ts';

const SCRIPT = join(import.meta.dirname, '../support/windows/use-fake-nvml.ts');
const missing = wineMissing() ?? fakeDriverMissing('win32');

test.skipIf(missing !== undefined)(
  'the fake nvml.dll works in a Windows program, steered from outside',
  { timeout: 180_000 },
  async () => {
    using driver = await FakeDriver.create({
      platform: 'win32',
      clock: 'manual',
      hiddenSymbols: ['nvmlDeviceGetTemperatureV'],
      cards: [{ temperatureC: 66, memoryTotalBytes: 8e9 }],
    });
    const run = await runUnderWine(SCRIPT, [`Z:${driver.libraryPath.replaceAll('/', '\\')}`]);
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('Error') });
    expect(JSON.parse(run.stdout)).toEqual({
      initialised: 0,
      temperatureC: 66,
      memory: [0, 8e9],
      driverModel: [0, 0],
      hidden: false,
      limited: 0,
      shutDown: 0,
    });
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(140_000);
    expect(driver.calls('nvmlDeviceGetTemperature')).toBe(1);
  },
);
