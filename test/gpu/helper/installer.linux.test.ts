import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { LinuxInstaller } from '../../../src/gpu/helper/install/installer.linux.ts';
import {
  requireRootOwnedPath,
  requireRootOwnedTree,
} from '../../../src/gpu/helper/install/root-owned.linux.ts';
import { SOCKET_UNIT } from '../../../src/gpu/helper/install/systemd-units.ts';
import { builtGpuProgram } from '../../support/built-program.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const testLinux = test.skipIf(process.platform !== 'linux');
const testAsRoot = test.skipIf(
  process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/systemctl'),
);
const FOLDER = 'usr/local/lib/gata-gpu-helper';

testAsRoot(
  'installs into another root what root alone can change, and takes it off again',
  { timeout: 120_000 },
  async () => {
    const installer = await builtGpuProgram('install-helper.js');
    using root = temporaryFolder();
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [installer, ...args, '--root', root.path], { encoding: 'utf8' });
    expect(run('install', '--uid', '1000', '--gid', '1000')).toMatchObject({ status: 0 });
    requireRootOwnedTree(join(root.path, FOLDER));
    expect(readdirSync(join(root.path, 'etc/systemd/system/sockets.target.wants'))).toEqual([SOCKET_UNIT]);
    const service = readFileSync(join(root.path, 'etc/systemd/system/gata-gpu-helper.service'), 'utf8');
    expect(service).toContain(`ExecStart=/${FOLDER}/node --jitless`);
    expect(service).not.toContain(root.path);
    expect(service).not.toContain('--nvml-library');

    // Without the repository: the installed folder is all that it needs.
    const node = join(root.path, FOLDER, 'node');
    const helper = join(root.path, FOLDER, 'helper.js');
    expect(spawnSync(node, ['--jitless', helper, '--self-test'], { env: {}, cwd: '/' }).status).toBe(0);
    expect(run('remove')).toMatchObject({ status: 0 });
    expect(readdirSync(join(root.path, 'usr/local/lib'))).toEqual([]);
    expect(run('remove')).toMatchObject({ status: 0 });
  },
);

testAsRoot('keeps the helper that is there when the new one does not run', async () => {
  using root = temporaryFolder();
  using bundle = temporaryFolder();
  const write = (name: string, text: string) => {
    writeFileSync(join(bundle.path, name), text);
    return { name, source: join(bundle.path, name), executable: true };
  };
  const files = [write('helper.js', '// first\n'), write('node', '#!/bin/sh\nexit 0\n')];
  const installer = new LinuxInstaller({
    files: () => files,
    uid: 1000,
    gid: 1000,
    root: root.path,
    log: () => {},
  });
  await installer.install();
  write('node', '#!/bin/sh\necho broken >&2; exit 1\n');
  write('helper.js', '// newer\n');
  await expect(installer.install()).rejects.toThrow('broken');
  expect(readFileSync(join(root.path, FOLDER, 'helper.js'), 'utf8')).toBe('// first\n');
  expect(readdirSync(join(root.path, dirname(FOLDER)))).toEqual(['gata-gpu-helper']);
  // What is wrong is said, too.
  chmodSync(join(root.path, FOLDER, 'helper.js'), 0o666);
  expect((await installer.status()).problems.join()).toMatch(/helper\.js can be changed by others/);
});

testAsRoot('says of every file and folder that others could change', () => {
  using folder = temporaryFolder();
  const inner = join(folder.path, 'a/b');
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(inner, 'file'), '');
  requireRootOwnedTree(folder.path);
  chmodSync(join(inner, 'file'), 0o664);
  expect(() => requireRootOwnedTree(folder.path)).toThrow(join(inner, 'file'));
  chmodSync(join(inner, 'file'), 0o644);
  chownSync(inner, 1000, 1000);
  expect(() => requireRootOwnedTree(folder.path)).toThrow(inner);
  // /tmp is on the way, and everybody's.
  expect(() => requireRootOwnedPath(folder.path)).toThrow('/tmp');
  requireRootOwnedPath('/usr/lib');
  expect(statSync('/usr/lib').uid).toBe(0);
});

testLinux('says that only root can do it', async () => {
  const installer = await builtGpuProgram('install-helper.js');
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [installer, ...args], { ...user, encoding: 'utf8', cwd: '/', env: {} });
  expect(run('install', '--uid', '1', '--gid', '1')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^Only root/),
  });
  expect(run('remove')).toMatchObject({ status: 1, stderr: expect.stringMatching(/^Only root/) });
  expect(run('status').status).toBe(0);
  expect(run('instal')).toMatchObject({ status: 2 });
});
