import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { fakeDriverMissing } from '../../../packages/node-nvml/test/fake-driver/fake-driver-compiler.ts';
import { runUnderWine, wineMissing } from '../../support/wine.ts';

const SCRIPT = join(import.meta.dirname, 'guard-on-windows.ts');
const missing = wineMissing() ?? fakeDriverMissing('win32');

test.skipIf(missing !== undefined)(
  'the guard reads, holds and puts back on Windows, one at a time',
  { timeout: 180_000 },
  async () => {
    using driver = await FakeDriver.create({ platform: 'win32' });
    const run = await runUnderWine(SCRIPT, [`Z:${driver.libraryPath.replaceAll('/', '\\')}`]);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({
      authority: 'direct',
      held: { limits: { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 }, problem: null },
      journal: { entries: [{ control: 'power', original: 200_000, bootId: null }, { control: 'acoustic' }] },
      second: false,
      third: true,
      isJournalGone: true,
      exitCode: 0,
      log: [],
    });
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(200_000);
    expect(driver.get(0, 'acousticThresholdC')).toBe(83);
  },
);
