import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import {
  CONFINEMENT_EXIT_CODES,
  LANDLOCK_VERSION_QUESTION,
  type LinuxConfinement,
} from '../../../src/shared/confinement.ts';
import { builtLauncher } from '../../support/built-program.ts';
import { filterWithoutSockets } from '../../support/small-filter.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const isLinux = process.platform === 'linux';
const launcher = isLinux ? await builtLauncher('linux.js') : '';
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const COMPLETE: LinuxConfinement = {
  parentPid: process.pid,
  user: null,
  executables: [process.execPath],
  readOnlyPaths: [],
  devices: [],
  temporaryFolder: folder.path,
  environment: {},
  limits: { openFiles: 256, fileBytes: 1024, cpuSeconds: 60, moreTasks: 1000 },
  program: process.execPath,
  args: ['--version'],
};

interface Launch {
  readonly argument: string;
  readonly filter?: Uint8Array;
}

async function launch({ argument, filter = filterWithoutSockets() }: Launch) {
  const child = spawn(process.execPath, [launcher, argument], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'pipe'],
  });
  const input = child.stdio[4];
  if (input !== null && input !== undefined && 'end' in input) {
    input.on('error', () => {});
    input.end(filter);
  }
  const [output, complaint, [code]] = await Promise.all([
    text(child.stdout ?? Readable.from([])),
    text(child.stderr ?? Readable.from([])),
    once(child, 'close'),
  ]);
  return { output, complaint, code };
}

const withInstructions = (changes: Partial<LinuxConfinement>) =>
  launch({ argument: JSON.stringify({ ...COMPLETE, ...changes }) });

describe.runIf(isLinux)('the Linux launcher', () => {
  it("tells the kernel's version of Landlock", async () => {
    const { output, code } = await launch({ argument: LANDLOCK_VERSION_QUESTION });
    expect(Number(output)).toBeGreaterThanOrEqual(1);
    expect(code).toBe(0);
  });

  it('starts nothing without instructions that it understands to the last word', async () => {
    for (const argument of ['', '{}', JSON.stringify({ ...COMPLETE, more: true })]) {
      const { complaint, code } = await launch({ argument });
      expect(code).toBe(CONFINEMENT_EXIT_CODES.instructions);
      expect(complaint).toMatch(/^confine: .*\n$/);
    }
  });

  it('starts nothing without a system-call filter', async () => {
    for (const filter of [new Uint8Array(), new Uint8Array(9), new Uint8Array(8 * 4097)]) {
      const { output, code } = await launch({ argument: JSON.stringify(COMPLETE), filter });
      expect([code, output]).toEqual([CONFINEMENT_EXIT_CODES.filter, '']);
    }
    // All zeros are no program that the kernel takes.
    const { code } = await launch({ argument: JSON.stringify(COMPLETE), filter: new Uint8Array(8) });
    expect(code).toBe(CONFINEMENT_EXIT_CODES['system-calls']);
  });

  it('starts nothing for an agent that is gone', async () => {
    const { output, complaint, code } = await withInstructions({ parentPid: 1 });
    expect([code, output]).toEqual([CONFINEMENT_EXIT_CODES.parent, '']);
    expect(complaint).toContain('the agent is gone');
  });

  it('starts no program that it was not allowed to execute', async () => {
    const { complaint, code } = await withInstructions({ executables: [] });
    expect(code).toBe(CONFINEMENT_EXIT_CODES.program);
    expect(complaint).toMatch(/execve of .*: EACCES/);
  });

  it('starts nothing where the temporary folder is missing', async () => {
    const { output, code } = await withInstructions({ temporaryFolder: `${folder.path}/missing` });
    expect([code, output]).toEqual([CONFINEMENT_EXIT_CODES.files, '']);
  });
});
