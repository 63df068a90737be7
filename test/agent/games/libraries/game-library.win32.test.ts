import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runUnderWine, wineMissing } from '../../../support/wine.ts';

const missing = wineMissing();
describe.skipIf(missing !== undefined)(
  `the library of games on Windows${missing ? ` (not here: ${missing})` : ''}`,
  () => {
    it('knows what the stores installed, and sees a new game', { timeout: 240_000 }, async () => {
      const script = join(import.meta.dirname, '../../../support/windows/find-installed-games.ts');
      const { exitCode, stdout, stderr } = await runUnderWine(script, [], { timeoutMs: 120_000 });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({
        // Other tests put games into the same Windows.
        found: expect.arrayContaining([
          ['epic:epic', 'Epic Game'],
          ['gog:42', 'Gog Game'],
          ['folder:C:\\', 'Own Game'],
          ['steam:1', 'Steam Game'],
        ]),
        owners: ['Steam Game', 'Gog Game', null],
        newer: true,
      });
    });
  },
);
