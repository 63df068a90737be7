import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HelperFile } from '../../../src/gpu/helper/install/helper-files.ts';
import { InstallError } from '../../../src/gpu/helper/install/install-error.ts';
import { WindowsInstaller } from '../../../src/gpu/helper/install/windows-installer.ts';
import { FakeServices } from '../../support/fake-services.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SID = 'S-1-5-21-1-2-3-1001';
const testWithShell = test.skipIf(process.platform === 'win32');

testWithShell('installs a service whose every path is quoted, for one user', async () => {
  using given = setUp();
  await given.installer.install();
  const folder = join(given.programFiles, 'Gata GPU Helper');
  expect(readdirSync(folder).sort()).toEqual(['helper.js', 'node.exe', 'package.json', 'state']);
  expect(given.services.commandLine).toMatch(
    /^"[^"]+node\.exe" --jitless "[^"]+helper\.js" --journal "[^"]+limits\.json" --service --idle-seconds 0 --allow-sid S-1-5-21-1-2-3-1001$/,
  );
  expect(await given.installer.status()).toMatchObject({ isReady: true, problems: [] });
});

testWithShell('goes back to the helper that was there when the new one does not start', async () => {
  using given = setUp();
  await given.installer.install();
  given.bundle('// newer\n');
  given.services.isBroken = true;
  await expect(given.installer.install()).rejects.toThrow('error 1053');
  expect(given.installed('helper.js')).toBe('// first\n');
  expect(given.services.current).toBe('running');
  expect(readdirSync(given.programFiles)).toEqual(['Gata GPU Helper']);
});

testWithShell('leaves nothing of a first install that fails', async () => {
  using given = setUp();
  given.services.isBroken = true;
  await expect(given.installer.install()).rejects.toThrow(InstallError);
  expect(given.services.current).toBe('missing');
  expect(readdirSync(given.programFiles)).toEqual([]);
});

testWithShell('touches nothing when the new helper does not even run', async () => {
  using given = setUp();
  await given.installer.install();
  given.node('exit 1');
  await expect(given.installer.install()).rejects.toThrow('--self-test');
  expect(given.services.calls).toEqual(['install', 'start']);
  expect(readdirSync(given.programFiles)).toEqual(['Gata GPU Helper']);
});

testWithShell('stays when limits cannot be put back', async () => {
  using given = setUp();
  given.node('case "$*" in *--restore) exit 1;; esac');
  await given.installer.install();
  writeFileSync(join(given.programFiles, 'Gata GPU Helper', 'state', 'limits.json'), '{}');
  await expect(given.installer.remove()).rejects.toThrow(/--restore/);
  expect(existsSync(join(given.programFiles, 'Gata GPU Helper'))).toBe(true);
  expect(given.services.calls).not.toContain('remove');
});

testWithShell('removes everything, and removing nothing is fine', async () => {
  using given = setUp();
  await given.installer.install();
  await given.installer.remove();
  await given.installer.remove();
  expect(readdirSync(given.programFiles)).toEqual([]);
  expect(await given.installer.status()).toEqual({ version: null, isReady: false, problems: [] });
});

/** An installer whose Node is a shell script. */
function setUp() {
  const folder = temporaryFolder();
  const target = temporaryFolder();
  const programFiles = target.path;
  const services = new FakeServices();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder.path, name), text);
    chmodSync(join(folder.path, name), 0o755);
  };
  const node = (script: string) => write('node', `#!/bin/sh\n${script}\n`);
  const bundle = (text: string) => write('helper.js', text);
  node('exit 0');
  bundle('// first\n');
  const files = (): HelperFile[] => [
    { name: 'node.exe', source: join(folder.path, 'node'), executable: true },
    { name: 'helper.js', source: join(folder.path, 'helper.js'), executable: false },
  ];
  const installer = new WindowsInstaller({ services, programFiles, files, sid: SID, log: () => {} });
  return {
    installer,
    services,
    programFiles,
    node,
    bundle,
    installed: (name: string) => readFileSync(join(programFiles, 'Gata GPU Helper', name), 'utf8'),
    [Symbol.dispose]: () => {
      folder[Symbol.dispose]();
      target[Symbol.dispose]();
    },
  };
}
