import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Bubblewrap } from '../../../src/agent/sandbox/bubblewrap.linux.ts';
import { runSelfTest, SelfTestFailed } from '../../../src/agent/sandbox/self-test.ts';
import { Unconfined } from '../../../src/agent/sandbox/unconfined.ts';
import { builtWorker } from '../../support/built-program.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const program = await builtWorker();
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const homeFolder = path.join(folder.path, 'home');
const dataFolder = path.join(folder.path, 'data');
mkdirSync(path.join(homeFolder, '.ssh'), { recursive: true });
mkdirSync(dataFolder);
writeFileSync(path.join(homeFolder, '.ssh/id_ed25519'), 'a key');
const places = { dataFolder, homeFolder, environment: { ...process.env, API_TOKEN: 'secret' } };

/** A worker's program whose self-test is this script. */
function scripted(name: string, script: string): Unconfined {
  const programFolder = path.join(folder.path, name, 'out/workers');
  mkdirSync(programFolder, { recursive: true });
  writeFileSync(path.join(folder.path, name, 'package.json'), '{"type":"module"}');
  writeFileSync(path.join(programFolder, 'self-test.js'), script);
  return new Unconfined({ nodePath: program.nodePath, entryPath: path.join(programFolder, 'host.js') }, '');
}

describe('runSelfTest', () => {
  it.runIf(process.platform === 'linux')('finds no way out of bubblewrap', async () => {
    const sandbox = await Bubblewrap.create('/usr/bin/bwrap', program);
    const result = await runSelfTest(sandbox, places);
    expect(result.escapes).toEqual([]);
    expect(result.attempts).toBeGreaterThanOrEqual(30);
  });

  it('finds the ways out where nothing confines the worker', async () => {
    const { escapes } = await runSelfTest(new Unconfined(program, ''), places);
    const all = escapes.join('\n');
    for (const expected of [
      `read ${path.join(homeFolder, '.ssh/id_ed25519')}`,
      `read Gata's own file ${path.join(dataFolder, 'self-test-canary')}`,
      'through a symbolic link',
      `list ${dataFolder}`,
      `write in ${dataFolder}`,
      `write in ${homeFolder}`,
      'by TCP (127.0.0.1)',
      'send a datagram',
      'ask a name server',
      'by a Unix socket',
      "signal Gata's process",
    ]) {
      expect(all).toContain(expected);
    }
  });

  it('leaves nothing behind', async () => {
    await runSelfTest(new Unconfined(program, ''), places);
    expect(readdirSync(dataFolder)).toEqual([]);
    expect(readdirSync(homeFolder)).toEqual(['.ssh']);
    expect(readdirSync(path.dirname(program.entryPath)).filter((name) => name.startsWith('.gata'))).toEqual(
      [],
    );
    expect(existsSync(path.join(dataFolder, 'self-test-canary'))).toBe(false);
  });

  it.each([
    ['ends without an answer', 'process.exit(0);', /gave no answer/],
    ['crashes', "console.error('no memory'); process.abort();", /SIGABRT.*no memory/s],
    ['answers nonsense', 'console.log(\'{"attempts":7}\');', /gave no answer/],
    ['floods', "for (let n = 0; n < 300; n++) console.log('x'.repeat(10_000));", /gave no answer/],
  ])('proves nothing with a program that %s', async (name, script, message) => {
    const failure = runSelfTest(scripted(name, script), places);
    await expect(failure).rejects.toThrow(SelfTestFailed);
    await expect(failure).rejects.toThrow(message);
  });

  it('gives up on a program that hangs', async () => {
    const hanging = scripted('hanging', 'setInterval(() => {}, 1000);');
    await expect(runSelfTest(hanging, { ...places, timeLimitMs: 500 })).rejects.toThrow(/no answer within/);
  });
});
