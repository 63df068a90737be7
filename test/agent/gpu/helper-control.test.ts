import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HelperControl } from '../../../src/agent/gpu/helper-control.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const isRoot = process.geteuid?.() === 0;

describe.skipIf(process.platform !== 'linux' || !isRoot)('control of the helper, as root', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder[Symbol.dispose]());

  function control(installer: string, changed = () => {}) {
    const installerPath = join(folder.path, 'installer.mjs');
    writeFileSync(installerPath, installer);
    return new HelperControl({
      installerPath,
      platform: 'linux',
      socketPath: join(folder.path, 'helper.socket'),
      changed,
    });
  }

  test('runs the installer for this user, shows that it is busy, and tells when it is done', async () => {
    const told: unknown[] = [];
    const helper = control(
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(join(folder.path, 'args'))}, process.argv.slice(2).join(' '));`,
      () => told.push('changed'),
    );
    helper.on('change', () => told.push(helper.view().busy));
    await helper.install();
    expect(told).toEqual(['installing', 'changed', null]);
    expect(readFileSync(join(folder.path, 'args'), 'utf8')).toBe('install --uid 0 --gid 0');
  });

  test('says what the installer complained of, and what to type instead', async () => {
    const helper = control(`console.error('There is no systemd here.'); process.exit(1);`);
    await expect(helper.remove()).rejects.toMatchObject({
      code: 'gpu-helper-failed',
      message: expect.stringMatching(/There is no systemd here\..* terminal: .*installer\.mjs remove/),
    });
    expect(helper.view().busy).toBeNull();
  });

  test('is installed where its socket is', () => {
    const helper = control('');
    expect(helper.view().state).toBe('not-installed');
    writeFileSync(join(folder.path, 'helper.socket'), '');
    expect(helper.view().state).toBe('installed');
  });

  test('does one thing at a time', async () => {
    const helper = control('');
    const first = helper.install();
    await expect(helper.remove()).rejects.toMatchObject({ code: 'conflict' });
    await first;
  });
});

test('knows platforms without a helper', () => {
  const helper = new HelperControl({
    installerPath: '/x',
    platform: 'darwin',
    socketPath: '/x',
    changed: () => {},
  });
  expect(helper.view().state).toBe('unsupported');
});
