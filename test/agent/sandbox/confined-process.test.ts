import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfinedProcess } from '../../../src/agent/sandbox/confined-process.ts';
import type { WorkerLimits } from '../../../src/agent/sandbox/resource-limits.ts';
import type { WrappedWorker } from '../../../src/agent/sandbox/sandbox.ts';
import { isAlive } from '../../support/process-tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const isLinux = process.platform === 'linux';
const MIB = 1024 ** 2;
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const LIMITS: WorkerLimits = {
  memoryBytes: 600 * MIB,
  tasks: 30,
  temporaryBytes: 8 * MIB,
  temporaryFiles: 50,
  reserveBytes: 0,
};
const STAY = 'setInterval(() => {}, 1000);';

let folders = 0;
/** A program of Node's with a private folder, which is its argument. */
function wrapped(script: string, changes: Partial<WrappedWorker> = {}): WrappedWorker & { place: string } {
  const place = path.join(folder.path, String(folders++));
  return {
    file: process.execPath,
    args: ['-e', script, place],
    env: {},
    modelFolder: '/',
    libraryFolders: [],
    reportsPid: false,
    temporaryFolder: { path: place, owner: null },
    limits: LIMITS,
    place,
    ...changes,
  };
}

describe.runIf(isLinux)('ConfinedProcess', () => {
  it('makes the private folder for the worker, and removes it with all that is in it', async () => {
    const script = `const fs = require('fs'); const [, place] = process.argv;
      fs.mkdirSync(place + '/a/b', { recursive: true }); fs.writeFileSync(place + '/a/b/c', '');
      console.log(fs.statSync(place).mode & 0o777);`;
    const worker = wrapped(script);
    const started = new ConfinedProcess(worker);
    expect(await text(started.stdout)).toBe(`${0o700}\n`);
    expect(await started.exited).toMatchObject({ detail: 'exit code 0', wasKilled: false });
    expect(existsSync(worker.place)).toBe(false);
  });

  it('makes the filter for the pid that it has', async () => {
    const script = "console.log(process.pid, require('fs').readFileSync(4, 'latin1'))";
    const worker = new ConfinedProcess(wrapped(script, { filter: (pid) => Buffer.from(String(pid)) }));
    const [pid, filtered] = (await text(worker.stdout)).trim().split(' ');
    expect(filtered).toBe(pid);
  });

  it('kills what the worker started too', async () => {
    const script = `const { spawn } = require('child_process');
      console.log(spawn('/bin/sleep', ['1000'], { stdio: 'ignore' }).pid); ${STAY}`;
    const worker = new ConfinedProcess(wrapped(script));
    const [line] = await once(worker.stdout);
    const child = Number(line);
    expect(isAlive(child)).toBe(true);
    await worker.kill();
    while (isAlive(child)) await sleep(5);
    expect(await worker.exited).toMatchObject({ byUs: true });
  });

  it('leaves a worker alone that keeps to its limits', async () => {
    const worker = new ConfinedProcess(wrapped('setTimeout(() => process.exit(3), 1200)'));
    expect(await worker.exited).toMatchObject({ detail: 'exit code 3', byUs: false });
  });

  it.each([
    [
      'memory',
      /^it took \d+ MiB of memory, and may take 600 MiB; Gata ended it$/,
      `const kept = []; setInterval(() => kept.length < 60 && kept.push(Buffer.alloc(${20 * MIB}, 1)), 10);`,
    ],
    [
      'process-count',
      /^it started \d+ threads of 30; Gata ended it$/,
      `const { Worker } = require('worker_threads');
       for (let i = 0; i < 30; i++) new Worker('setInterval(() => {}, 1000)', { eval: true });`,
    ],
    [
      'disk-space',
      /^it wrote \d+ MiB of files, and may write 8 MiB; Gata ended it$/,
      `require('fs').mkdirSync(process.argv[1] + '/a');
       require('fs').writeFileSync(process.argv[1] + '/a/large', Buffer.alloc(${16 * MIB}, 1)); ${STAY}`,
    ],
    [
      'disk-space',
      /^it made more than 50 files; Gata ended it$/,
      `for (let i = 0; i < 60; i++) require('fs').writeFileSync(process.argv[1] + '/' + i, ''); ${STAY}`,
    ],
  ])('ends a worker that takes too much (%s)', async (resource, detail, script) => {
    const worker = new ConfinedProcess(wrapped(script));
    worker.stderr.resume();
    const end = await worker.exited;
    expect(end).toMatchObject({ byUs: false, wasKilled: false, exceeded: resource });
    expect(end.detail).toMatch(detail);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('ends a worker, without blame, where the machine has no memory left', async () => {
    const limits = { ...LIMITS, reserveBytes: Number.MAX_SAFE_INTEGER };
    const worker = new ConfinedProcess(wrapped(STAY, { limits }));
    expect(await worker.exited).toMatchObject({
      byUs: false,
      wasKilled: true,
      exceeded: 'machine-memory',
      detail: expect.stringMatching(/^this computer had only \d+ MiB of memory left; Gata ended it$/),
    });
  });
});

async function once(stream: NodeJS.ReadableStream): Promise<string[]> {
  for await (const part of stream) return [String(part)];
  return [];
}
