import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Wallet } from 'ethers/wallet';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/gateway/store/database.ts';
import { freePort } from '../support/free-port.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import {
  accept,
  type Behaviour,
  generates,
  progress,
  result,
  ScriptedNode,
  textOutput,
} from '../support/scripted-node.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openAIClient } from '../support/test-gateway.ts';

const TALE = { pieces: ['Once', ' upon', ' a', ' time', '.'] };
const TEXT = TALE.pieces.join('');
const ask = { model: 'npc-chat', messages: [{ role: 'user' as const, content: 'Hello!' }] };

const folder = temporaryFolder();
// The same addresses after a restart, so that buyers and nodes find it again.
let ports: string[];
let gateway: GatewayProcess;
const nodes: ScriptedNode[] = [];

beforeAll(async () => {
  ports = ['--port', String(await freePort()), '--broker-port', String(await freePort())];
  gateway = await start();
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node[Symbol.asyncDispose]();
});
afterAll(async () => {
  await gateway.stop('SIGTERM');
  folder[Symbol.dispose]();
});

async function start(): Promise<GatewayProcess> {
  return await GatewayProcess.start(folder.path, ...ports);
}

async function connect(behaviour: Behaviour, wallet?: Wallet): Promise<ScriptedNode> {
  const node = await ScriptedNode.connect(gateway.url, {
    behaviour,
    presence: { capacity: 8 },
    ...(wallet === undefined ? {} : { wallet }),
  });
  nodes.push(node);
  return node;
}

async function complete(key: string): Promise<string | null | undefined> {
  const answer = await openAIClient(gateway).chat.completions.create(ask, {
    headers: { 'idempotency-key': key },
  });
  return answer.choices[0]?.message.content;
}

describe('the gateway as a process', () => {
  it('loses nothing it took when it is killed: unfinished jobs go on after the restart', async () => {
    const wallet = new Wallet(Wallet.createRandom().privateKey);
    const held: { jobId: string; attempt: number }[] = [];
    const node = await connect(async (offer, self) => {
      held.push({ jobId: offer.jobId, attempt: offer.attempt });
      await self.send(accept(offer));
      await self.send(progress(offer, TALE, 0));
    }, wallet);
    const keys = Array.from({ length: 6 }, () => randomUUID());
    const lost = keys.map((key) => complete(key).catch(() => 'connection lost'));
    await vi.waitFor(() => expect(held).toHaveLength(6));
    await gateway.stop('SIGKILL');
    expect(await Promise.all(lost)).toEqual(Array(6).fill('connection lost'));

    gateway = await start();
    const [kept, finishedMeanwhile] = held;
    if (kept === undefined || finishedMeanwhile === undefined) throw new Error('Nothing was held.');
    const back = await ScriptedNode.connect(gateway.url, {
      wallet,
      behaviour: generates(TALE),
      presence: { capacity: 8, held: [kept, finishedMeanwhile] },
    });
    nodes.push(back);
    const [offer] = node.messages('offer');
    if (offer === undefined) throw new Error('No offer came.');
    await back.send(result({ ...offer, ...kept }, textOutput(TALE)));
    await back.send(result({ ...offer, ...finishedMeanwhile }, textOutput(TALE)));
    expect(await Promise.all(keys.map(complete))).toEqual(Array(6).fill(TEXT));
    // What the node still held was left where it was; the rest was offered again.
    const offeredAgain = back.messages('offer').map(({ jobId }) => jobId);
    expect(offeredAgain.sort()).toEqual(
      held
        .slice(2)
        .map(({ jobId }) => jobId)
        .sort(),
    );

    expect(await gateway.stop('SIGTERM')).toBe(0);
    const db = await openDatabase(undefined, path.join(folder.path, 'database'));
    const usage = await db.selectFrom('usage').select(['job_id', 'completion_tokens']).execute();
    await db.destroy();
    expect(usage.map((row) => row.job_id).sort()).toEqual(held.map(({ jobId }) => jobId).sort());
    expect(usage.every((row) => row.completion_tokens === TALE.pieces.length)).toBe(true);
    gateway = await start();
  });

  it('keeps its keys and results over restarts, and its files to its user', async () => {
    await connect(generates(TALE));
    const key = randomUUID();
    expect(await complete(key)).toBe(TEXT);
    const { apiKey } = gateway;
    const endpointFile = path.join(folder.path, 'gateway.json');
    for (const file of ['gateway.json', 'node-token.key', 'sample-buyer.key']) {
      expect(statSync(path.join(folder.path, file)).mode & 0o077).toBe(0);
    }
    expect(await gateway.stop('SIGTERM')).toBe(0);
    expect(existsSync(endpointFile)).toBe(false);
    gateway = await start();
    expect(gateway.apiKey).toBe(apiKey);
    expect(await complete(key)).toBe(TEXT);
  });

  it('says why it cannot start: the folder is in use, or a port, or the rates are missing', async () => {
    await expect(GatewayProcess.start(folder.path, '--port', '0', '--broker-port', '0')).rejects.toThrow(
      'exit code 1',
    );
    using other = temporaryFolder();
    await expect(GatewayProcess.start(other.path, ...ports)).rejects.toThrow('exit code 1');
    const missing = path.join(other.path, 'no-rates.json');
    const anywhere = ['--port', '0', '--broker-port', '0'];
    await expect(GatewayProcess.start(other.path, ...anywhere, '--rates', missing)).rejects.toThrow(
      'exit code 1',
    );
  });

  it('ends a running stream with shutting-down when it is asked to stop', async () => {
    await connect(async (offer, node) => {
      await node.send(accept(offer));
      await node.send(progress(offer, TALE, 0));
    });
    const stream = await openAIClient(gateway).chat.completions.create({ ...ask, stream: true });
    const read = async () => {
      for await (const chunk of stream) {
        if (chunk.choices[0]?.delta.content === 'Once') void gateway.stop('SIGTERM');
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'shutting-down' });
    expect(await gateway.stop('SIGTERM')).toBe(0);
  });
});
