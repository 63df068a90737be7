import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundledLibraryPath } from 'ort-native';
import { expect, test } from 'vitest';
import { identityModel } from '../../packages/ort-native/test/onnx-writer.ts';
import type { WindowsReport } from '../../packages/ort-native/test/use-on-windows.program.ts';
import { runUnderWine, wineMissing } from '../support/wine.ts';

const library = join(bundledLibraryPath(), '../../../win32/x64/onnxruntime.dll');
const missing =
  wineMissing() ?? (existsSync(library) ? undefined : 'onnxruntime-node has no Windows library');

test.skipIf(missing !== undefined)(
  `ort-native does on Windows what it does on Linux${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 240_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ort-windows-'));
    const model = join(folder, 'mödel.onnx');
    writeFileSync(model, identityModel('int8'));
    const program = join(import.meta.dirname, '../../packages/ort-native/test/use-on-windows.program.ts');
    try {
      const windows = await runUnderWine(program, [library, model], { timeoutMs: 180_000 });
      expect(windows.exitCode, windows.stderr).toBe(0);
      const there: WindowsReport = JSON.parse(windows.stdout);
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...['--conditions=source', '--disable-warning=ExperimentalWarning'],
        ...[program, bundledLibraryPath(), model],
      ]);
      const here: WindowsReport = JSON.parse(stdout);
      expect(there.hasDirectMl).toBe(true);
      expect(there).toEqual({ ...here, hasDirectMl: true });
      expect(here).toMatchObject({
        floats: [1.5, -2],
        strings: ['Größe', ''],
        fromFile: 'x',
        aborted: 'OrtAbortedError',
        missing: 'OrtLibraryError',
        notALibrary: 'OrtLibraryError',
        unknownProvider: 'OrtError',
        limit: 2 ** 28,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
