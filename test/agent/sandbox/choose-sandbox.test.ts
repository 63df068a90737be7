import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseSandbox } from '../../../src/agent/sandbox/choose-sandbox.ts';
import type { Confinement } from '../../../src/agent/sandbox/mechanism-names.ts';
import { builtLauncher, builtWorker } from '../../support/built-program.ts';
import { scriptedWorker } from '../../support/scripted-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const NOBODY = '65534';
const program = await builtWorker();
await builtLauncher('linux.js');
const BUBBLEWRAP: readonly Confinement[] = ['bubblewrap'];
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
    const sandbox = await chooseSandbox({ program, searchPath: folder.path, mechanisms: BUBBLEWRAP });
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
    const sandbox = await chooseSandbox({ program, searchPath: refusing, mechanisms: BUBBLEWRAP });
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

  it('takes Landlock where bubblewrap does not work, and says what would be better', async () => {
    const sandbox = await chooseSandbox({ program, searchPath: folder.path });
    expect(sandbox.describe()).toMatchObject({
      mechanism: 'landlock',
      working: true,
      detail: expect.stringMatching(/would hide more.*apt-get install bubblewrap/s),
    });
  });

  it('tells of each protection once, with the limits that it adds', async () => {
    for (const mechanism of ['bubblewrap', 'landlock'] as const) {
      const sandbox = await chooseSandbox({ program, mechanisms: [mechanism] });
      const { protections } = sandbox.describe();
      const codes = protections.map(({ code }) => code);
      expect(new Set(codes).size).toBe(codes.length);
      expect(codes).toEqual(expect.arrayContaining(['files', 'network', 'memory', 'cpu-time', 'disk-space']));
      expect(sandbox.wrap({}).limits?.memoryBytes).toBeGreaterThan(0);
    }
  });

  it('keeps the result of the self-test', async () => {
    const sandbox = await chooseSandbox({
      program,
      mechanisms: BUBBLEWRAP,
      selfTest: async () => ({ attempts: 54, escapes: [] }),
    });
    expect(sandbox.describe()).toMatchObject({
      working: true,
      selfTest: { attempts: 54, escapes: [], at: expect.stringMatching(/^\d{4}-/) },
    });
  });

  it('takes the next sandbox when a model could break out of one, and none when out of all', async () => {
    const breakOut = (...broken: string[]) =>
      chooseSandbox({
        program,
        selfTest: async ({ mechanism }) => ({
          attempts: 54,
          escapes: broken.includes(mechanism) ? ['read /etc/shadow (1 bytes)'] : [],
        }),
      });
    const next = (await breakOut('bubblewrap')).describe();
    expect(next).toMatchObject({ mechanism: 'landlock', working: true, selfTest: { escapes: [] } });
    expect(next.detail).toMatch(/bubblewrap.*a model could read .etc.shadow/);
    const none = (await breakOut('bubblewrap', 'landlock')).describe();
    expect(none).toMatchObject({ mechanism: 'none', working: false });
    expect(none.selfTest?.escapes).toEqual(['read /etc/shadow (1 bytes)']);
  });

  it('takes no sandbox whose self-test gives no answer', async () => {
    const sandbox = await chooseSandbox({
      program,
      mechanisms: BUBBLEWRAP,
      selfTest: () => Promise.reject(new Error('no answer within 30 s')),
    });
    expect(sandbox.describe()).toMatchObject({
      working: false,
      detail: expect.stringContaining('no answer within 30 s'),
    });
  });
});
