import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { fakeDllMissing } from '../../support/gpu-helper-limits.ts';
import { runUnderWine, wineMissing } from '../../support/wine.ts';

const SCRIPT = join(import.meta.dirname, '../../support/windows/use-gpu-helper-pipe.ts');
const missing = wineMissing() ?? (await fakeDllMissing());

test.skipIf(missing !== undefined)(
  'the helper serves a guard on a Windows pipe',
  { timeout: 180_000 },
  async () => {
    using driver = await FakeDriver.create({ platform: 'win32' });
    const toWindows = (path: string) => `Z:${path.replaceAll('/', '\\')}`;
    const args = [toWindows(driver.libraryPath), toWindows(dirname(driver.libraryPath))];
    const run = await runUnderWine(SCRIPT, args);
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('Error') });
    const seen = JSON.parse(run.stdout);
    expect(seen.answers).toMatchObject([
      { answer: 'description', devices: [{ canLimit: { power: true } }] },
      { answer: 'held', limits: { powerLimitMilliwatts: 100_000 } },
      { answer: 'renewed' },
      { answer: 'held', limits: { powerLimitMilliwatts: 150_000 } },
      { answer: 'released' },
      { answer: 'error', code: 'malformed' },
    ]);
    expect(seen.present).toBe(200_000);
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(200_000);
  },
);
