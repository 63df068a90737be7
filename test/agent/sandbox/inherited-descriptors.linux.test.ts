import { execFile } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { inheritableDescriptors } from '../../../src/agent/sandbox/inherited-descriptors.linux.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const sources = path.resolve(import.meta.dirname, '../../../src/agent/sandbox');
const BASH = '/bin/bash';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** An agent that starts a program, which lists its descriptors. */
const AGENT = `
  import { text } from 'node:stream/consumers';
  const { ConfinedProcess } = await import(${JSON.stringify(path.join(sources, 'confined-process.ts'))});
  const child = new ConfinedProcess({
    file: '/bin/sh',
    args: ['-c', 'for each in /proc/self/fd/*; do echo $each $(readlink $each); done'],
    env: { PATH: '/usr/bin:/bin' },
    modelFolder: '/',
    reportsPid: false,
  });
  child.stderr.resume();
  process.stdout.write(await text(child.stdout));
  await child.exited;`;

describe('inheritableDescriptors', () => {
  it('leaves out what Node opened itself', () => {
    const own = openSync('/dev/null', 'r');
    expect(inheritableDescriptors()).not.toContain(own);
  });

  it.runIf(existsSync(BASH))('gives a worker no file that the agent was started with', async () => {
    const secret = path.join(folder.path, 'secret');
    const script = 'exec 9> "$1" 57> "$1" 200> "$1"; shift; exec "$@"';
    const { stdout } = await run(BASH, [
      ...['-c', script, 'start', secret, process.execPath, '--conditions=source'],
      ...['--input-type=module', '-e', AGENT],
    ]);
    expect(stdout).toContain('/proc/self/fd/0');
    expect(stdout).not.toContain(secret);
  });
});
