import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { builtGpuProgram } from '../../support/built-program.ts';
import { fakeDllMissing } from '../../support/gpu-helper-limits.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runUnderWine, wineMissing } from '../../support/wine.ts';

const SCRIPT = join(import.meta.dirname, '../../support/windows/use-gpu-helper-service.ts');
const missing = wineMissing() ?? (await fakeDllMissing());

test.skipIf(missing !== undefined)(
  'the helper is installed as a Windows service, holds limits, puts them back when removed, and leaves nothing',
  { timeout: 300_000 },
  async () => {
    const helper = await builtGpuProgram('helper.js');
    using driver = await FakeDriver.create({ platform: 'win32' });
    using folder = temporaryFolder();
    const toWindows = (path: string) => `Z:${path.replaceAll('/', '\\')}`;
    const args = [join(helper, '..'), driver.libraryPath, folder.path].map(toWindows);
    const run = await runUnderWine(SCRIPT, args, { timeoutMs: 200_000 });
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('Error') });
    const seen = JSON.parse(run.stdout);
    expect(seen).toMatchObject({
      status: { isReady: true, problems: [] },
      answer: { answer: 'held', limits: { powerLimitMilliwatts: 140_000 } },
      held: 140_000,
      left: [false, 'missing', 200_000, []],
    });
    expect(seen.files).toEqual(expect.arrayContaining(['helper.js', 'node.exe', 'node_modules', 'state']));
  },
);
