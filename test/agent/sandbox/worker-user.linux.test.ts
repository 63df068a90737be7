import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { workerUser } from '../../../src/agent/sandbox/worker-user.linux.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const model = path.join(folder.path, 'model');
mkdirSync(path.join(model, 'onnx'), { recursive: true });
writeFileSync(path.join(model, 'onnx', 'weights'), '');

const NOBODY = { uid: 65534, gid: 65534 };
const userOf = (...readOnly: string[]) => workerUser({ readOnly, devices: [] });

describe.runIf(process.platform === 'linux')('workerUser', () => {
  it('is nobody where nobody can read everything', () => {
    expect(userOf('/usr/bin/env', '/etc/passwd')).toEqual(NOBODY);
    chmodSync(folder.path, 0o711);
    chmodSync(model, 0o755);
    expect(userOf(model)).toEqual(NOBODY);
    expect(userOf(path.join(model, 'not-there'))).toEqual(NOBODY);
  });

  it('is root where a folder on the way, or a file below, is closed to others', () => {
    chmodSync(folder.path, 0o700);
    expect(userOf(model)).toBeNull();
    chmodSync(folder.path, 0o711);
    chmodSync(path.join(model, 'onnx', 'weights'), 0o600);
    expect(userOf(model)).toBeNull();
  });

  it('is root where a device is not for everybody', () => {
    expect(workerUser({ readOnly: [], devices: ['/dev/null'] })).toEqual(NOBODY);
    const device = path.join(model, 'renderD128');
    writeFileSync(device, '', { mode: 0o660 });
    expect(workerUser({ readOnly: [], devices: [device] })).toBeNull();
  });
});
