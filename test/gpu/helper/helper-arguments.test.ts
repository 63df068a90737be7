import { expect, test } from 'vitest';
import { parseHelperArguments, parseSid } from '../../../src/gpu/helper/helper-arguments.ts';
import { parseInstallArguments } from '../../../src/gpu/helper/install/install-arguments.ts';

const JOURNAL = process.platform === 'win32' ? 'C:\\state\\limits.json' : '/state/limits.json';

test('reads who may ask, and when to end', () => {
  const flags = ['--journal', JOURNAL, '--allow-uid', '1000', '--allow-uid', '1001', '--idle-seconds', '0'];
  expect(parseHelperArguments(flags)).toMatchObject({ allowedUids: [1000, 1001], idleSeconds: null });
  expect(parseHelperArguments(['--journal', JOURNAL])).toMatchObject({ allowedUids: [], idleSeconds: 15 });
});

test('takes only numbers for users and only SIDs for SIDs', () => {
  for (const uid of ['-1', 'root', '1e3', '4294967295', '']) {
    expect(() => parseHelperArguments(['--journal', JOURNAL, `--allow-uid=${uid}`])).toThrow('--allow-uid');
  }
  expect(parseSid('S-1-5-21-397955417-626881126-188441444-1001')).toMatch(/^S-1-5-21/);
  for (const sid of ['WD', 'S-1-5-18)(A;;GA;;;WD', 'S-1', 'S-1-5-18\n'])
    expect(() => parseSid(sid)).toThrow('SID');
});

test('wants to know for whom it installs', () => {
  const linux = (...flags: string[]) => parseInstallArguments(flags, 'linux');
  expect(linux('install', '--uid', '1000', '--gid', '100')).toMatchObject({ uid: 1000, gid: 100 });
  expect(() => linux('install', '--uid', '1000')).toThrow('--gid');
  expect(() => linux('install', 'remove')).toThrow('One of');
  expect(() => linux()).toThrow('One of');
  expect(linux('remove')).toMatchObject({ verb: 'remove' });
  expect(parseInstallArguments(['install'], 'win32')).toMatchObject({ sid: undefined });
});
