import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { builtLauncher } from '../../support/built-program.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runUnderWine, wineMissing } from '../../support/wine.ts';

const SUPPORT = path.resolve(import.meta.dirname, '../../support/windows');
const missing = wineMissing();

const looksSchema = z.object({
  arguments: z.array(z.string()),
  environment: z.array(z.string()),
  temporaryFolder: z.string(),
  folder: z.string(),
  openDescriptors: z.array(z.int()),
  inheritedPipes: z.int(),
  desktop: z.string(),
  denyOnly: z.array(z.string()),
});

test.skipIf(missing !== undefined)(
  'a worker is confined by what Wine has of Windows, and the rest is told',
  { timeout: 240_000 },
  async () => {
    const launcher = await builtLauncher('windows.js');
    using folder = temporaryFolder();
    const args = [path.dirname(launcher), path.join(SUPPORT, 'confined-worker.ts'), folder.path];
    const run = await runUnderWine(path.join(SUPPORT, 'use-restricted-token.ts'), args.map(toWindows), {
      timeoutMs: 180_000,
    });
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('Error') });
    const seen = JSON.parse(run.stdout);

    // Wine has no AppContainers and no integrity levels: where they are required, there is no sandbox.
    expect(seen.strict).toContain('AppContainers');
    expect(seen.strict).toContain('low-integrity');
    expect(seen.view).toMatchObject({ mechanism: 'restricted-token', working: true });
    expect(enforced(seen.view.protections)).toEqual([
      'other-processes',
      'environment',
      'administrator-rights',
      'windows-and-input',
      'disk-space',
      'cpu-time',
    ]);

    const plain = looksSchema.parse(seen.plain);
    const confined = looksSchema.parse(seen.talk.looks);
    expect(confined.environment.toSorted()).toEqual(
      [
        ...['APPDATA', 'CUDA_VISIBLE_DEVICES', 'LOCALAPPDATA', 'NVIDIA_TF32_OVERRIDE', 'PATH'],
        ...['SystemDrive', 'SystemRoot', 'TEMP', 'TMP', 'USERPROFILE', 'windir'],
      ].toSorted(),
    );
    expect(confined.folder).toBe(confined.temporaryFolder);
    expect(confined.folder).toContain(path.basename(folder.path));
    expect(confined.arguments).toEqual([]);
    expect(confined.openDescriptors).toEqual([]);
    expect(confined.inheritedPipes).toBe(plain.inheritedPipes);
    expect(confined.desktop).toMatch(/^Gata\.Worker\./);
    expect(plain.desktop).not.toBe(confined.desktop);
    // Administrators.
    expect(confined.denyOnly).toContain('S-1-5-32-544');
    expect(plain.denyOnly).not.toContain('S-1-5-32-544');

    expect(seen.talk).toMatchObject({ isWhole: true, exitCode: 0xc000_0005 });
    expect(seen.killed).toMatchObject({ wasRunning: true, isGone: true, end: { byUs: true } });
    expect(seen.orphan).toEqual({ wasRunning: true, isGone: true });
    expect(seen.filled).toMatchObject({
      files: ['filled'],
      end: { byUs: false, wasKilled: false, detail: 'exit code 124' },
      complaint: expect.stringContaining('on disk'),
    });
    expect(seen.left).toEqual([]);
  },
);

function enforced(protections: { code: string; enforced: boolean }[]): string[] {
  return protections.filter((each) => each.enforced).map(({ code }) => code);
}

function toWindows(file: string): string {
  return `Z:${file.replaceAll('/', '\\')}`;
}
