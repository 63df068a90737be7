import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AgentProgram, agentArguments, root, startAgentProgram } from '../../scripts/start/programs.ts';
import { AGENT_NODE_FLAGS } from '../../src/shared/agent-runtime.ts';
import { launchersPageSchema } from '../../src/shared/launcher.ts';
import { ENDPOINT_FILE_NAME, endpointFileSchema, pauseLeasesPageSchema } from '../../src/shared/local-api.ts';

const EXAMPLES = path.join(root, 'docs/launcher-examples');
const GAME = ['/bin/sleep', '2'];
const NO_GATEWAY = 'http://127.0.0.1:9';

const opened = new AsyncDisposableStack();
let folder: string;
let agent: AgentProgram;
beforeAll(async () => {
  folder = opened.use(await mkdtempDisposable(path.join(tmpdir(), 'gata-examples-'))).path;
  agent = opened.use(await startAgentProgram({ dataFolder: folder, gatewayUrl: NO_GATEWAY, port: 0 }));
});
afterAll(() => opened.disposeAsync());

const leases = async () => pauseLeasesPageSchema.parse(await agent.request('GET', '/v1/pause-leases')).leases;
const has = (...programs: string[]) =>
  programs.every((program) => spawnSync('which', [program], { stdio: 'ignore' }).status === 0);

/** Runs it beside the agent: it holds a lease while its game runs, first its own and then the game's. */
async function plays(command: readonly string[], name: string): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, [...args, ...GAME], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const ended = once(child, 'close');
  await vi.waitFor(
    async () => {
      const [lease] = await leases();
      expect(lease?.pid).toBeGreaterThan(0);
      expect(lease?.pid === undefined ? '' : programOf(lease.pid), errors).toBe('sleep');
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(await ended, errors).toEqual([0, null]);
  expect(await leases()).toEqual([]);
  const page = launchersPageSchema.parse(await agent.request('GET', '/v1/launchers'));
  expect(page.launchers).toContainEqual(expect.objectContaining({ name }));
}

function programOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

describe.skipIf(process.platform !== 'linux')('the example launcher', () => {
  it.skipIf(!has('curl', 'jq'))('in curl runs a game', () =>
    plays(
      ['/bin/sh', path.join(EXAMPLES, 'launcher.sh'), path.join(folder, ENDPOINT_FILE_NAME)],
      'Shell Launcher',
    ),
  );

  it.skipIf(!has('g++'))('in C++ runs a game', async () => {
    const program = path.join(folder, 'launcher');
    const flags = ['-std=c++17', '-Wall', '-Wextra', '-Werror', '-o', program];
    execFileSync('g++', [...flags, path.join(EXAMPLES, 'launcher.cpp')]);
    await plays([program, path.join(folder, ENDPOINT_FILE_NAME)], 'C++ Launcher');
  });

  it.skipIf(!has('x86_64-w64-mingw32-g++'))('in C++ compiles for Windows', () => {
    const program = path.join(folder, 'launcher.exe');
    const flags = ['-std=c++17', '-static', '-Wall', '-Wextra', '-Werror', '-o', program];
    execFileSync('x86_64-w64-mingw32-g++', [...flags, path.join(EXAMPLES, 'launcher.cpp'), '-lws2_32']);
  });

  it.skipIf(!has('mcs', 'mono'))(
    'in C# runs a game, with an agent that runs and with one that it starts',
    async () => {
      const program = path.join(folder, 'Launcher.exe');
      const references = ['-r:System.Net.Http', '-r:System.Runtime.Serialization'];
      execFileSync('mcs', [
        '-warnaserror',
        ...references,
        `-out:${program}`,
        path.join(EXAMPLES, 'Launcher.cs'),
      ]);
      await plays(['mono', program, folder], 'C# Launcher');

      await using other = await mkdtempDisposable(path.join(tmpdir(), 'gata-examples-'));
      const options = { dataFolder: other.path, gatewayUrl: NO_GATEWAY, port: 0 };
      const command = [process.execPath, ...AGENT_NODE_FLAGS, path.join(root, 'out/agent/main.js')];
      const child = spawn('mono', [program, other.path, '/bin/true'], {
        stdio: 'ignore',
        env: { ...process.env, GATA_AGENT: [...command, ...agentArguments(options)].join(' ') },
      });
      const [code] = await once(child, 'exit');
      const file = path.join(other.path, ENDPOINT_FILE_NAME);
      const { pid, port, tokens } = endpointFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
      try {
        expect(code).toBe(0);
        const answer = await fetch(`http://127.0.0.1:${port}/v1/launchers`, {
          headers: { authorization: `Bearer ${tokens.ui}` },
        });
        expect(launchersPageSchema.parse(await answer.json())).toMatchObject({ startedBy: 'C# Launcher' });
      } finally {
        process.kill(pid, 'SIGTERM');
      }
      await vi.waitFor(() => expect(() => readFileSync(file)).toThrow('ENOENT'), { timeout: 10_000 });
    },
  );
});
