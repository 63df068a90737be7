import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runUnderWine, wineMissing } from '../../../support/wine.ts';

const missing = wineMissing();
describe.skipIf(missing !== undefined)(`Windows${missing ? ` (not here: ${missing})` : ''}`, () => {
  it('tells its registry, in both views, and its drives', { timeout: 240_000 }, async () => {
    const script = join(import.meta.dirname, '../../../support/windows/read-registry.ts');
    const { exitCode, stdout, stderr } = await runUnderWine(script, [], { timeoutMs: 120_000 });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const output: { systemRoot: string; drives: string[] } = JSON.parse(stdout);
    expect(output).toEqual({
      values: [
        'D:\\Spiele für alle',
        'D:\\Spiele für alle',
        `${output.systemRoot}\\x;%NoSuchVariable%`,
        '4294967295',
        '5000000000',
        null,
        null,
      ],
      missingKey: null,
      subkeys: ['First', 'Second'],
      noSubkeys: [],
      views: ['of 64 bits', '32 only'],
      viewSubkeys: ['Only32', 'Only64'],
      systemRoot: expect.stringMatching(/^C:\\windows$/i),
      platform: 'win32',
      homeIsFolder: true,
      drives: expect.arrayContaining(['C:\\']),
    });
  });
});
