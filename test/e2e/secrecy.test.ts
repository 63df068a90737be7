import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentProgram,
  type GatewayProgram,
  startAgentProgram,
  startGatewayProgram,
} from '../../scripts/start/programs.ts';
import { workersOf } from '../support/process-tree.ts';

const canary = (what: string) => `CANARY-${what}-${randomBytes(12).toString('hex')}`;

/** Files that hold a secret by design, below the agent's or the gateway's data folder. */
const SECRET_FILES = /(^|\/)(tokens\.json|agent\.json|node-key\.json|gateway\.json|[\w-]+\.key)$/;
/** Jobs are durable there: inputs and outputs, until they are old. */
const JOB_STORES = /^network\/(database|blobs)\//;

describe.skipIf(!existsSync('/usr/bin/bwrap'))('what buyers and users entrust to Gata', () => {
  const cleanup = new AsyncDisposableStack();
  const said: string[] = [];
  const prompts = [canary('PROMPT'), canary('STREAM'), canary('TEXT'), canary('BROKEN'), canary('JSON')];
  const strangers = [canary('KEY'), canary('TOKEN'), canary('NODE-TOKEN')];
  let folder: string;
  let gateway: GatewayProgram;
  let agent: AgentProgram;
  /** The real ones. */
  const secrets: string[] = [];

  const buy = (route: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.apiKey}`, ...headers },
      body,
    });
  const chat = (content: unknown, more: Record<string, unknown> = {}) =>
    JSON.stringify({ model: 'npc-chat', messages: [{ role: 'user', content }], max_tokens: 20, ...more });

  beforeAll(async () => {
    folder = cleanup.use(await mkdtempDisposable(path.join(tmpdir(), 'gata-secrecy-'))).path;
    const onLogLine = (line: string) => said.push(line);
    gateway = cleanup.use(await startGatewayProgram({ dataFolder: path.join(folder, 'network'), onLogLine }));
    agent = cleanup.use(
      await startAgentProgram({
        dataFolder: folder,
        gatewayUrl: gateway.url,
        embedded: true,
        catalogueRoot: gateway.catalogue.root,
        port: 0,
        onLogLine,
      }),
    );
    for (const file of filesBelow(folder).filter((name) => SECRET_FILES.test(name))) {
      // Long random strings of any form: hexadecimal keys and base64url tokens.
      const long = readFileSync(path.join(folder, file), 'utf8').match(/[\w-]{40,}/g) ?? [];
      // A node's id is its address, which everybody may know.
      secrets.push(...long.filter((secret) => !/^0x[0-9a-f]{40}$/.test(secret)));
    }
  });
  afterAll(() => cleanup.disposeAsync());

  it('reaches its model, and nobody else, whatever goes wrong', async () => {
    const [prompt, stream, text, broken, json] = prompts;
    const [wrongKey, wrongToken, wrongNodeToken] = strangers;
    // What works.
    expect((await buy('/v1/chat/completions', chat(prompt))).status).toBe(200);
    await (await buy('/v1/chat/completions', chat(stream, { stream: true }))).text();
    expect((await buy('/v1/embeddings', JSON.stringify({ model: 'npc-chat', input: [text] }))).status).toBe(
      200,
    );
    // What is refused by the gateway.
    expect((await buy('/v1/chat/completions', `{"messages": "${json}`)).status).toBe(400);
    expect((await buy('/v1/chat/completions', chat({ [`${json}`]: json }))).status).toBe(400);
    expect((await buy('/v1/chat/completions', chat(prompt, { model: json }))).status).toBe(404);
    const stranger = { authorization: `Bearer ${wrongKey}` };
    expect((await buy('/v1/chat/completions', chat(prompt), stranger)).status).toBe(401);
    const once = { 'idempotency-key': 'the-same' };
    expect((await buy('/v1/chat/completions', chat(prompt), once)).status).toBe(200);
    expect((await buy('/v1/chat/completions', chat(text), once)).status).toBe(409);
    const node = { headers: { authorization: `Bearer ${wrongNodeToken}` } };
    expect((await fetch(`${gateway.url}/v1/nodes/models`, node)).status).toBe(401);
    // What fails on the node: too long a prompt, a picture that is none, tensors of another model.
    expect((await buy('/v1/chat/completions', chat(`${broken} `.repeat(5000)))).ok).toBe(false);
    const image = Buffer.from(`${broken}`).toString('base64');
    const picture = { model: 'digits', image: `data:image/png;base64,${image}` };
    expect((await buy('/v1/images/classifications', JSON.stringify(picture))).ok).toBe(false);
    const tensor = { type: 'string', shape: [1], data: [broken] };
    const run = { model: 'digits', inputs: { [`${broken}`]: tensor } };
    expect((await buy('/v1/onnx/runs', JSON.stringify(run))).ok).toBe(false);
    // The local API.
    const local = `http://127.0.0.1:${agent.endpoint.port}`;
    const headers = { authorization: `Bearer ${wrongToken}` };
    expect((await fetch(`${local}/v1/status`, { headers })).status).toBe(401);
    expect((await fetch(`${local}/v1/status?token=${wrongToken}`)).status).toBe(401);
    await expect(agent.request('PATCH', '/v1/settings', { [`${json}`]: json })).rejects.toThrow('400');
  });

  it('is not told by a worker that is killed in the middle of a run, nor by offers that are refused', async () => {
    const [prompt] = prompts;
    const crashing = buy('/v1/chat/completions', chat(prompt, { max_tokens: 300, min_tokens: 300 }));
    const pid = agent.child.process.pid ?? 0;
    await expect.poll(async () => (await agent.status()).state, { timeout: 30_000 }).toBe('working');
    for (const worker of workersOf(pid)) process.kill(worker, 'SIGKILL');
    await (await crashing).text();
    await agent.request('POST', '/v1/pause', { until: 'resumed' });
    const refused = buy('/v1/chat/completions', chat(prompt), { 'idempotency-key': 'paused' });
    await expect.poll(async () => (await agent.status()).state).toBe('paused');
    await agent.request('POST', '/v1/resume');
    expect((await refused).status).toBe(200);
  });

  it('is written to no file that others may read, while both run', () => {
    const open = entriesBelow(folder)
      .map((name) => ({ name, stat: lstatSync(path.join(folder, name), { throwIfNoEntry: false }) }))
      .filter(({ stat }) => stat !== undefined && !stat.isSymbolicLink() && (stat.mode & 0o077) !== 0)
      // The embedded database sets modes of its own, in a folder that is closed. A catalogue is for everybody.
      .filter(
        ({ name }) =>
          !/^network\/(database\/|catalogue(\/entries|\/keys\.json|\/revocations\.json|$))/.test(name),
      )
      .map(({ name, stat }) => `${name} ${((stat?.mode ?? 0) & 0o777).toString(8)}`);
    expect(open).toEqual([]);
    expect(lstatSync(path.join(folder, 'network/database')).mode & 0o777).toBe(0o700);
  });

  it('is in no log, no history and no other file than the ones that are for it', async () => {
    await agent.child.stop();
    await gateway.child.stop();
    const hidden = [...prompts, ...strangers, ...secrets];
    expect(secrets.length).toBeGreaterThanOrEqual(6);
    expect(said.length).toBeGreaterThan(0);
    const leaks: string[] = [];
    const look = (where: string, content: string) => {
      for (const secret of hidden) {
        const forms = [
          secret,
          Buffer.from(secret).toString('hex'),
          Buffer.from(secret).toString('base64url'),
        ];
        if (forms.some((form) => content.includes(form.slice(0, 48)))) leaks.push(`${where}: ${secret}`);
      }
    };
    look('standard output', said.join('\n'));
    const looked = filesBelow(folder).filter((name) => !SECRET_FILES.test(name) && !JOB_STORES.test(name));
    expect(looked).toContain('logs/agent.log');
    expect(looked).toContain('jobs.jsonl');
    for (const name of looked) look(name, readFileSync(path.join(folder, name), 'latin1'));
    // Keys and tokens are not in the database either: of API keys it has the hash.
    for (const name of filesBelow(folder).filter((file) => JOB_STORES.test(file))) {
      const content = readFileSync(path.join(folder, name), 'latin1');
      for (const secret of [...secrets, ...strangers]) {
        if (content.includes(secret)) leaks.push(`${name}: ${secret}`);
      }
    }
    expect(leaks).toEqual([]);
  });
});

function entriesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}

function filesBelow(folder: string): string[] {
  return entriesBelow(folder).filter(
    (name) => lstatSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile() === true,
  );
}
