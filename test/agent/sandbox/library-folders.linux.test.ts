import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Bubblewrap } from '../../../src/agent/sandbox/bubblewrap.linux.ts';
import { ConfinedProcess } from '../../../src/agent/sandbox/confined-process.ts';
import { Landlock } from '../../../src/agent/sandbox/landlock.linux.ts';
import { landlockFilter } from '../../../src/agent/sandbox/landlock-filter.ts';
import type { Sandbox, WorkerProgram } from '../../../src/agent/sandbox/sandbox.ts';
import { Unconfined } from '../../../src/agent/sandbox/unconfined.ts';
import { builtLauncher } from '../../support/built-program.ts';
import { scriptedWorker } from '../../support/scripted-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const isLinux = process.platform === 'linux';
const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
const launcherPath = isLinux ? await builtLauncher('linux.js') : '';
/** A shared library that needs nothing but libc, as far as a Node program can load one. */
const ADDON = path.resolve(
  `node_modules/@koromix/koffi-linux-${architecture}/linux_${architecture}/koffi.node`,
);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const LOOK = `
import fs from 'node:fs';
const attempt = (action) => { try { action(); return 'allowed'; } catch (error) { return error.code ?? error.message; } };
const [given, other] = JSON.parse(fs.readFileSync(0, 'utf8'));
console.log(JSON.stringify({
  names: given.map((folder) => fs.readdirSync(folder)),
  loads: attempt(() => process.dlopen({ exports: {} }, given[0] + '/provider.node')),
  writes: given.map((folder) => attempt(() => fs.writeFileSync(folder + '/x', ''))),
  removes: attempt(() => fs.unlinkSync(given[0] + '/provider.node')),
  other: attempt(() => fs.readdirSync(other)),
}));
`;
const seenSchema = z.object({
  names: z.array(z.array(z.string())),
  loads: z.string(),
  writes: z.array(z.string()),
  removes: z.string(),
  other: z.string(),
});

function library(name: string): string {
  const made = path.join(folder.path, 'providers', 'installed', name);
  mkdirSync(made, { recursive: true });
  copyFileSync(ADDON, path.join(made, 'provider.node'));
  return made;
}

async function look(name: string, sandboxOf: (program: WorkerProgram) => Promise<Sandbox>) {
  const place = path.join(folder.path, name);
  const sandbox = await sandboxOf(scriptedWorker(place, LOOK));
  const model = path.join(place, 'model');
  mkdirSync(model);
  writeFileSync(path.join(model, 'weights'), 'of the model');
  const wrapped = sandbox.wrap({
    modelFolder: model,
    libraryFolders: [library('cuda'), library('tensorrt')],
  });
  const worker = new ConfinedProcess(wrapped);
  worker.stdin.end(JSON.stringify([wrapped.libraryFolders, library('another')]));
  const [seen, complaint, end] = await Promise.all([text(worker.stdout), text(worker.stderr), worker.exited]);
  expect([end.detail, complaint]).toEqual(['exit code 0', complaint]);
  return seenSchema.parse(JSON.parse(seen));
}

const SANDBOXES: readonly [string, (program: WorkerProgram) => Promise<Sandbox>][] = [
  ['bubblewrap', (program) => Bubblewrap.create('/usr/bin/bwrap', program)],
  [
    'landlock',
    (program) =>
      Landlock.create({
        program,
        launcherPath,
        filter: (ownPid) => landlockFilter({ architecture, ownPid, cuda: false }),
      }),
  ],
];

describe.runIf(isLinux)('the libraries of providers', () => {
  it.each(SANDBOXES)(
    'can be read and loaded in %s, and neither changed nor others seen',
    async (name, create) => {
      const { names, loads, writes, removes, other } = await look(name, create);
      expect(names).toEqual([['provider.node'], ['provider.node']]);
      expect(loads).toBe('allowed');
      for (const outcome of [...writes, removes, other]) {
        expect(['EACCES', 'ENOENT', 'EPERM', 'EROFS']).toContain(outcome);
      }
      expect(readFileSync(path.join(library('cuda'), 'provider.node')).equals(readFileSync(ADDON))).toBe(
        true,
      );
    },
  );

  it('are where they are without a sandbox', () => {
    const program = scriptedWorker(path.join(folder.path, 'none'), LOOK);
    const wrapped = new Unconfined(program, 'There is none.').wrap({ libraryFolders: [library('cuda')] });
    expect(wrapped.libraryFolders).toEqual([library('cuda')]);
  });
});
