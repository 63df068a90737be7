import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runUnderWine, wineMissing } from '../../../support/wine.ts';

const missing = wineMissing();
describe.skipIf(missing !== undefined)(`Windows${missing ? ` (not here: ${missing})` : ''}`, () => {
  it('knows the games of its launchers', { timeout: 240_000 }, async () => {
    const script = join(import.meta.dirname, '../../../support/windows/find-launcher-games.ts');
    const { exitCode, stdout, stderr } = await runUnderWine(script, [], { timeoutMs: 120_000 });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      found: [
        ['ea:Gata Game', 'EA Game', '\\EA'],
        ['heroic:gog-1', 'Heroic', '\\Heroic'],
        ['itch:1', 'itch Game', '\\itch'],
        ['ea:7', 'Newer', '\\EA library\\Newer'],
        ['battlenet:prometheus', 'Overwatch 2', '\\Overwatch'],
        ['riot:a.live', 'Riot Game', '\\Riot'],
        ['ubisoft:5595', 'Ubisoft Game', '\\Ubisoft'],
      ],
      owner: 'battlenet:prometheus',
    });
  });
});
