import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseSandbox } from '../../../src/agent/sandbox/choose-sandbox.ts';
import { builtWorker } from '../../support/built-worker.ts';
import { scriptedWorker } from '../../support/scripted-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const NOBODY = '65534';
const program = await builtWorker();
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** A folder with a `bwrap` that is this shell script. */
function folderWithBwrap(name: string, script: string): string {
  const searchPath = path.join(folder.path, name);
  mkdirSync(searchPath);
  writeFileSync(path.join(searchPath, 'bwrap'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return searchPath;
}

/** Whether another user may read the program: not in a checkout under a private home folder. */
const nobodyReadsProgram =
  process.getuid?.() === 0 &&
  (await run('/usr/bin/setpriv', [
    '--reuid',
    NOBODY,
    '--clear-groups',
    program.nodePath,
    '--check',
    program.entryPath,
  ]).then(
    () => true,
    () => false,
  ));

describe('chooseSandbox', () => {
  it('takes bubblewrap where it works', async () => {
    const sandbox = await chooseSandbox({ program });
    expect(sandbox.describe()).toMatchObject({ mechanism: 'bubblewrap', working: true });
  });

  it.runIf(nobodyReadsProgram)('takes bubblewrap for an ordinary user too', async () => {
    const source = path.resolve(import.meta.dirname, '../../../src/agent/sandbox/choose-sandbox.ts');
    const script = `
      const { chooseSandbox } = await import(${JSON.stringify(source)});
      const sandbox = await chooseSandbox({ program: ${JSON.stringify(program)} });
      console.log(process.getuid(), JSON.stringify(sandbox.describe()));`;
    const user = ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups'];
    const { stdout } = await run('/usr/bin/setpriv', [
      ...user,
      program.nodePath,
      '--input-type=module',
      '-e',
      script,
    ]);
    expect(stdout).toMatch(/^65534 .*"mechanism":"bubblewrap","working":true/);
  });

  it('says how to install bubblewrap where there is none', async () => {
    const sandbox = await chooseSandbox({ program, searchPath: folder.path });
    expect(sandbox.describe()).toMatchObject({
      mechanism: 'none',
      working: false,
      detail: expect.stringContaining('apt-get install bubblewrap'),
    });
  });

  it('says what to do where users may not make namespaces', async () => {
    const refusing = folderWithBwrap(
      'refusing',
      'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1',
    );
    const sandbox = await chooseSandbox({ program, searchPath: refusing });
    expect(sandbox.describe()).toMatchObject({
      working: false,
      detail: expect.stringMatching(/uid map.*AppArmor/s),
    });
  });

  it('does not take a sandbox in which the worker does not start', async () => {
    using broken = temporaryFolder();
    const failing = scriptedWorker(broken.path, 'console.error("no runtime"); process.exit(3);');
    const sandbox = await chooseSandbox({ program: failing });
    expect(sandbox.describe()).toMatchObject({
      working: false,
      detail: expect.stringContaining('no runtime'),
    });
  });
});
