import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  type AgentProgram,
  agentArguments,
  type GatewayProgram,
  root,
  startAgentProgram,
  startGatewayProgram,
} from '../../scripts/start/programs.ts';
import { AGENT_NODE_FLAGS } from '../../src/shared/agent-runtime.ts';
import { launchersPageSchema } from '../../src/shared/launcher.ts';
import {
  ENDPOINT_FILE_NAME,
  type EndpointFile,
  endpointFileSchema,
  pauseLeasesPageSchema,
  statusSchema,
} from '../../src/shared/local-api.ts';
import { BusyBuyer } from '../support/busy-buyer.ts';
import { LauncherRun } from '../support/launcher-run.ts';
import { isAlive, workersOf } from '../support/process-tree.ts';

const canWork = process.platform === 'linux' && existsSync('/usr/bin/bwrap');
const PATIENCE_MS = 60_000;
const PATIENCE = { timeout: PATIENCE_MS, interval: 20 };
const NAME = 'Reference Launcher';
const readySchema = z.object({
  ready: z.literal(true),
  port: z.int(),
  pid: z.int(),
  launcherToken: z.string(),
});

let network: { readonly folder: string; readonly gateway: GatewayProgram };
const shared = new AsyncDisposableStack();
beforeAll(async () => {
  const folder = shared.use(await mkdtempDisposable(path.join(tmpdir(), 'gata-launcher-'))).path;
  network = { folder, gateway: shared.use(await startGatewayProgram({ dataFolder: folder })) };
});
afterAll(() => shared.disposeAsync());

let dataFolder: string;
let opened: AsyncDisposableStack;
beforeEach(async () => {
  opened = new AsyncDisposableStack();
  dataFolder = opened.use(await mkdtempDisposable(path.join(network.folder, 'agent-'))).path;
});
afterEach(() => opened.disposeAsync());

const options = () => ({
  dataFolder,
  gatewayUrl: network.gateway.url,
  catalogueRoot: network.gateway.catalogue.root,
  port: 0,
});
const agentCommand = () => [
  process.execPath,
  ...AGENT_NODE_FLAGS,
  path.join(root, 'out/agent/main.js'),
  ...agentArguments(options()),
];
const startAgent = async (): Promise<AgentProgram> => opened.use(await startAgentProgram(options()));

function launch(game: readonly string[], ...flags: string[]): LauncherRun {
  return opened.use(new LauncherRun(['--data-dir', dataFolder, '--name', NAME, ...flags], game));
}

function endpoint(): EndpointFile {
  return endpointFileSchema.parse(
    JSON.parse(readFileSync(path.join(dataFolder, ENDPOINT_FILE_NAME), 'utf8')),
  );
}

async function ask(
  method: string,
  route: string,
  token = endpoint().tokens.ui,
  body?: object,
): Promise<Response> {
  return fetch(`http://127.0.0.1:${endpoint().port}${route}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

const leases = async () =>
  pauseLeasesPageSchema.parse(await (await ask('GET', '/v1/pause-leases')).json()).leases;
const reasons = async () =>
  statusSchema.parse(await (await ask('GET', '/v1/status')).json()).reasons.map(({ code }) => code);

/** Closes an agent that a launcher started. */
async function closeAgent(pid: number): Promise<void> {
  await ask('POST', '/v1/shutdown');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), PATIENCE);
}

async function readyLine(child: ChildProcess) {
  if (child.stdout === null) throw new Error('It has no output.');
  for await (const line of createInterface({ input: child.stdout }))
    return readySchema.parse(JSON.parse(line));
  throw new Error('It said nothing.');
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}

describe.skipIf(!canWork)('a launcher', () => {
  it('starts the agent, which outlives it and knows its name', async () => {
    const run = launch(['/bin/true'], '--agent-command', JSON.stringify(agentCommand()));
    expect(await run.until('connected')).toEqual({ step: 'connected', started: true });
    const { pid } = endpoint();
    opened.defer(() => closeAgent(pid));
    await run.until('released');
    expect(await run.ended()).toBe(0);

    const page = launchersPageSchema.parse(await (await ask('GET', '/v1/launchers')).json());
    expect(page).toMatchObject({ startedBy: NAME, launchers: [{ name: NAME }] });
    const { notices } = statusSchema.parse(await (await ask('GET', '/v1/status')).json());
    expect(notices).toContainEqual(expect.objectContaining({ message: `${NAME} started Gata.` }));
    expect(await leases()).toEqual([]);
    expect(isAlive(pid)).toBe(true);
    // The next one finds it.
    const next = launch(['/bin/true'], '--agent-command', JSON.stringify(agentCommand()));
    expect(await next.until('connected')).toEqual({ step: 'connected', started: false });
    expect(await next.ended()).toBe(0);
    expect(endpoint().pid).toBe(pid);
  });

  it('has no job beside its game, not from the first moment', async () => {
    const agent = await startAgent();
    const buyer = opened.use(new BusyBuyer(network.gateway.url, network.gateway.apiKey));
    for (let round = 0; round < 5; round += 1) {
      await buyer.nextToken(PATIENCE_MS);
      const workers = workersOf(agent.endpoint.pid);
      expect(workers).not.toEqual([]);
      const seen = path.join(dataFolder, `seen-${round}`);
      // The first thing that the game does is to look for them.
      const stats = workers.map((pid) => `/proc/${pid}/stat`).join(' ');
      const run = launch(['/bin/sh', '-c', `cat ${stats} >${seen} 2>/dev/null; exec sleep 0.3`]);
      await run.until('released');
      const alive = readFileSync(seen, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.includes(') Z ') && !line.includes(') X '));
      expect(alive).toEqual([]);
    }
    // And compute goes on afterwards.
    await buyer.nextToken(PATIENCE_MS);
  });

  it('that dies with a lease is noticed within a second or so', async () => {
    await startAgent();
    const run = launch(['/bin/true'], '--wait');
    const { lease } = await run.until('paused');
    expect(await leases()).toMatchObject([{ id: lease, pid: run.child.pid, title: 'true' }]);
    expect(await reasons()).toContain('pause-lease');
    await run.crash();
    const died = performance.now();
    await vi.waitFor(async () => expect(await reasons()).not.toContain('pause-lease'), PATIENCE);
    const tookMs = performance.now() - died;
    console.log(`a dead launcher's lease ended after ${tookMs.toFixed(0)} ms`);
    expect(tookMs).toBeLessThan(1500);
    expect(await leases()).toEqual([]);
  });

  it('may die once its game runs: the lease lives as long as the game', async () => {
    await startAgent();
    const run = launch(['/bin/sleep', '600']);
    const game = await run.until('playing');
    opened.defer(() => {
      if (isAlive(game.pid)) process.kill(game.pid, 'SIGKILL');
    });
    await vi.waitFor(async () => expect(await leases()).toMatchObject([{ pid: game.pid }]), PATIENCE);
    await run.crash();
    // Longer than it takes to notice that an owner is gone.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await leases()).toMatchObject([{ pid: game.pid }]);
    process.kill(game.pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await leases()).toEqual([]), PATIENCE);
  });

  it('renews its lease for as long as the game lasts', async () => {
    await startAgent();
    const run = launch(['/bin/sleep', '6'], '--ttl-seconds', '3');
    await run.until('playing');
    const first = (await leases())[0]?.expiresAt ?? '';
    await vi.waitFor(
      () => expect(run.steps.filter(({ step }) => step === 'renewed').length).toBe(4),
      PATIENCE,
    );
    // Past its first end it is held by the renewals alone.
    expect(Date.now()).toBeGreaterThan(Date.parse(first));
    expect(await leases()).toHaveLength(1);
    await run.until('released');
    expect(await leases()).toEqual([]);
  });

  it('keeps its lease over a crash of the agent, and gets a new token', async () => {
    const first = await startAgent();
    const run = launch(['/bin/sleep', '600'], '--ttl-seconds', '6');
    const game = await run.until('playing');
    await vi.waitFor(async () => expect(await leases()).toMatchObject([{ pid: game.pid }]), PATIENCE);
    await first.child.crash();
    await startAgent();
    expect(await reasons()).toContain('pause-lease');
    const steps = run.steps.length;
    await run.until('renewed', steps);
    const page = launchersPageSchema.parse(await (await ask('GET', '/v1/launchers')).json());
    expect(page).toMatchObject({ startedBy: null, launchers: [{ name: NAME }] });
    process.kill(game.pid, 'SIGKILL');
    await run.until('released');
    expect(await leases()).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')("a launcher's token", () => {
  it('is in the ready line and nowhere else', async () => {
    const [program = '', ...args] = agentCommand();
    const child = spawn(program, [...args, '--launched-by', NAME, '--hand-over-token'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    opened.defer(async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    });
    const { pid, port, launcherToken } = await readyLine(child);
    expect(port).toBe(endpoint().port);
    expect((await ask('GET', '/v1/status', launcherToken)).status).toBe(200);
    const lease = { reason: 'Starting a game', ttlSeconds: 60 };
    expect((await ask('PUT', '/v1/pause-leases/test:1', launcherToken, lease)).status).toBe(200);
    for (const file of [...filesBelow(dataFolder), `/proc/${pid}/cmdline`, `/proc/${pid}/environ`]) {
      expect(readFileSync(file, 'utf8').includes(launcherToken), file).toBe(false);
    }

    expect((await ask('DELETE', `/v1/launchers/${encodeURIComponent(NAME)}`)).status).toBe(204);
    expect((await ask('GET', '/v1/status', launcherToken)).status).toBe(401);
  });

  it('is not written to a file', async () => {
    const [program = '', ...args] = agentCommand();
    const file = path.join(dataFolder, 'output');
    const output = openSync(file, 'w');
    const child = spawn(program, [...args, '--launched-by', NAME, '--hand-over-token'], {
      stdio: ['ignore', output, 'pipe'],
    });
    closeSync(output);
    let errors = '';
    child.stderr?.on('data', (text) => {
      errors += text;
    });
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(errors).toContain('--hand-over-token');
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it('must be right: a wrong one pauses nothing', async () => {
    await startAgent();
    const lease = { reason: 'Starting a game', ttlSeconds: 60 };
    for (const token of ['wrong', endpoint().tokens.launcher.slice(1), endpoint().tokens.read]) {
      const refused = await ask('PUT', '/v1/pause-leases/test:1', token, lease);
      expect(refused.status).toBe(token === endpoint().tokens.read ? 403 : 401);
    }
    expect(await leases()).toEqual([]);
    expect(await reasons()).not.toContain('pause-lease');
  });
});
