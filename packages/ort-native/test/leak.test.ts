import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { LeakReport } from './leak.program.ts';

/** A million are run by `npm run leak:ort:long`. */
const CYCLES = 20_000;

test('thousands of models, tensors, runs and errors leave nothing behind', { timeout: 120_000 }, async () => {
  const program = join(import.meta.dirname, 'leak.program.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--conditions=source', '--expose-gc', '--disable-warning=ExperimentalWarning'],
    program,
    String(CYCLES),
  ]);
  const report: LeakReport = JSON.parse(stdout);
  // One forgotten tensor a cycle would be more than a kilobyte each.
  expect(report.growthBytesPerCycle).toBeLessThan(700);
});
