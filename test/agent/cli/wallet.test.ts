import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Wallet } from 'ethers';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { writeEndpointFile } from '../../../src/agent/api/endpoint-file.ts';
import { runFromSource } from '../../support/agent-from-source.ts';
import { startTestApi } from '../../support/api-server.ts';
import { builtSigner } from '../../support/built-program.ts';

const CLI = join(import.meta.dirname, '../../../src/agent/cli.ts');
const PASSWORD = 'quittung sofa marzipan pendel';
const createdSchema = z.object({
  address: z.string(),
  words: z.array(z.string()),
  positions: z.array(z.int()),
});

it('does all of it from the command line, with passwords from files', async () => {
  await builtSigner();
  await using api = await startTestApi();
  using _endpoint = writeEndpointFile(api.dataFolder, {
    ...{ port: api.server.port, pid: process.pid, version: '0.0.0-test', tokens: api.tokens },
  });
  const file = (name: string, content: string): string => {
    writeFileSync(join(api.dataFolder, name), content);
    return join(api.dataFolder, name);
  };
  const password = file('password', `${PASSWORD}\n`);
  const newPassword = file('new-password', `${PASSWORD} anders\n`);
  const at = ['--data-dir', api.dataFolder];
  const gata = (...args: string[]) => runFromSource('cli', ['wallet', ...args, ...at]);

  // The words come out once, and three of them go in.
  const creating = spawn(
    process.execPath,
    [CLI, 'wallet', 'create', '--words', '24', '--json', '--password-file', password, ...at],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const ended = once(creating, 'exit');
  const lines = createInterface({ input: creating.stdout });
  const [first] = await once(lines, 'line');
  const { address, words, positions } = createdSchema.parse(JSON.parse(String(first)));
  expect(words).toHaveLength(24);
  creating.stdin.end(positions.map((position) => `${words[position - 1]}\n`).join(''));
  expect(await ended).toEqual([0, null]);
  expect((await gata()).stdout).toContain('The wallet is unlocked until');

  const changed = await gata(
    'change-password',
    '--password-file',
    password,
    '--new-password-file',
    newPassword,
  );
  expect(changed.exitCode).toBe(0);
  expect((await gata('lock')).stdout).toContain('The wallet is locked.');
  const wrong = await gata('unlock', '--password-file', password);
  expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('The password is wrong') });
  expect((await gata('unlock', '--password-file', newPassword)).stdout).toContain('unlocked');

  const backup = join(api.dataFolder, 'backup.json');
  expect((await gata('export', backup)).exitCode).toBe(0);
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect((await gata('export', backup)).stderr).toContain('is there already');
  const opened = await Wallet.fromEncryptedJson(readFileSync(backup, 'utf8'), `${PASSWORD} anders`);
  expect(opened.address).toBe(address);

  expect((await gata('forget', '--address', address)).stdout).toContain('wallet.forgotten-');
  const imported = await gata(
    ...['import', '--keystore', backup, '--keystore-password-file', newPassword],
    ...['--password-file', password],
  );
  expect(imported.stdout).toContain(`Address: ${address}`);
  expect((await gata('forget', '--password-file', password)).exitCode).toBe(0);
  expect(
    (await gata('import', '--words-file', file('words', words.join(' ')), '--password-file', password))
      .stdout,
  ).toContain(address);
  expect((await gata('unlock')).stderr).toContain('--password-file');
  expect((await gata('watch', `0x${'1'.repeat(40)}`)).stderr).toContain('a contract of the network');
}, 120_000);
