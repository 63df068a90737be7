import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

it('makes a catalogue, signs, revokes and shows it, and says what is wrong', async () => {
  using folder = temporaryFolder();
  const tool = async (...args: string[]) =>
    (await run(process.execPath, [path.join(root, 'scripts/catalogue.ts'), ...args], { cwd: folder.path }))
      .stdout;
  expect(await tool('init')).toMatch(/^[0-9a-f]{64}\n$/);
  const [digest = ''] = (await tool('sign', path.join(root, 'assets/models/digits'))).split(' ');
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  await tool('revoke', 'model', digest, '--reason', 'It cannot read my hand.');
  const shown = await tool('show');
  expect(shown).toMatch(/^key list 1 of /);
  expect(shown).toContain(`model ${digest}: It cannot read my hand.`);
  expect(shown).toContain('0 entries');
  await expect(tool('revoke', 'model', '1234', '--reason', 'x')).rejects.toMatchObject({
    stderr: expect.stringContaining('64 lower-case hexadecimal digits'),
  });
  await expect(tool('sign', folder.path)).rejects.toMatchObject({
    stderr: expect.stringContaining('(corrupt-bundle)'),
  });
});
