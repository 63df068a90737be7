import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeDriver } from '../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { fakeDriverMissing } from '../../packages/node-nvml/test/fake-driver/fake-driver-compiler.ts';
import type { Everything } from '../../packages/node-nvml/test/read-everything.program.ts';
import { readEverything } from '../../packages/node-nvml/test/read-everything.ts';
import { runUnderWine, wineMissing } from '../support/wine.ts';

const card = {
  load: 0.5,
  computePid: 4321,
  computeBytes: 6e9,
  graphicsPid: 99,
  graphicsBytes: 2 ** 64,
  supportsMemoryTemperature: 1,
  setAllowed: 2,
} as const;
const missing = wineMissing() ?? fakeDriverMissing('win32') ?? fakeDriverMissing();

test.skipIf(missing !== undefined)(
  `does on Windows what it does on Linux${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 240_000 },
  async () => {
    const options = { clock: 'manual', cards: [card, {}] } as const;
    using linux = await FakeDriver.create(options);
    using windows = await FakeDriver.create({ ...options, platform: 'win32' });
    const run = await runUnderWine(
      join(import.meta.dirname, '../../packages/node-nvml/test/read-everything.program.ts'),
      [windows.libraryPath, join(windows.libraryPath, '../none/nvml.dll')],
      { timeoutMs: 180_000 },
    );
    expect(run.stderr).toBe('');
    expect(run.exitCode).toBe(0);
    const there: Everything = JSON.parse(run.stdout);
    const here = await readEverything(
      linux.libraryPath,
      join(linux.libraryPath, '../none/libnvidia-ml.so.1'),
    );
    expect(there).toEqual(JSON.parse(JSON.stringify(here)));
    expect(there.missing).toMatchObject({ name: 'NvmlUnavailableError', reason: 'no-library' });
    expect(there.sample.processes).toHaveLength(2);
  },
);
