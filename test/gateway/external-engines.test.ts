import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { topics } from '../../src/shared/job-protocol.ts';
import { hasMosquitto, MosquittoBroker } from '../support/mosquitto-broker.ts';
import { hasPostgres, PostgresServer } from '../support/postgres-server.ts';
import {
  accept,
  attemptOf,
  type Behaviour,
  generates,
  progress,
  result,
  ScriptedNode,
  textOutput,
} from '../support/scripted-node.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';

const TALE = { pieces: ['Once', ' upon', ' a', ' time', '.'] };
const TEXT = TALE.pieces.join('');
const ask = { model: 'npc-chat', messages: [{ role: 'user' as const, content: 'Hello!' }] };

describe.skipIf(!hasMosquitto || !hasPostgres)('a gateway on mosquitto and PostgreSQL', () => {
  let broker: MosquittoBroker;
  let database: PostgresServer;
  let gateway: TestGateway;
  const folder = temporaryFolder();
  const nodes: ScriptedNode[] = [];

  beforeAll(async () => {
    [broker, database] = await Promise.all([MosquittoBroker.start(), PostgresServer.start()]);
    gateway = await start();
  });
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await broker[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  async function start(): Promise<TestGateway> {
    return await startTestGateway({ broker: broker.url, database: database.url, dataDir: folder.path });
  }

  async function connect(behaviour: Behaviour): Promise<ScriptedNode> {
    const node = await ScriptedNode.connect(gateway.url, { behaviour });
    nodes.push(node);
    return node;
  }

  async function stream(key = randomUUID()): Promise<string> {
    const chunks = await gateway.client.chat.completions.create(
      { ...ask, stream: true },
      { headers: { 'idempotency-key': key } },
    );
    let text = '';
    for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? '';
    return text;
  }

  it('tells nodes the broker without the credentials of the gateway', async () => {
    const node = await connect(generates(TALE));
    expect(new URL(node.session.brokerUrl).username).toBe('');
    expect(await stream()).toBe(TEXT);
  });

  it('tells what a result earned, exactly the same when it comes again', async () => {
    const node = await connect(generates(TALE));
    expect(await stream()).toBe(TEXT);
    const acknowledgements = () => node.messages('acknowledge');
    await vi.waitFor(() => expect(acknowledgements()).toHaveLength(1), { timeout: 15_000 });
    expect(acknowledgements()[0]?.creditWei).toMatch(/^[1-9]\d+$/);
    const [offer] = node.messages('offer');
    if (offer === undefined) throw new Error('No offer came.');
    await node.send(result(offer, textOutput(TALE)));
    await vi.waitFor(() => expect(acknowledgements()).toHaveLength(2), { timeout: 15_000 });
    expect(acknowledgements()[1]).toEqual(acknowledgements()[0]);
  });

  it('continues a preempted generation on another node', async () => {
    const second = await connect(generates(TALE));
    const first = await connect(generates(TALE));
    for (const [node, other] of [
      [first, second],
      [second, first],
    ] as const) {
      node.behave(async (offer) => {
        other.behave(generates(TALE));
        await node.send(accept(offer));
        await node.send(progress(offer, TALE, 0));
        await node.send({ type: 'preempted', ...attemptOf(offer) });
      });
    }
    expect(await stream()).toBe(TEXT);
    const attempts = [...first.messages('offer'), ...second.messages('offer')];
    expect(attempts.map((offer) => [offer.attempt, offer.resume?.text]).sort()).toEqual([
      [1, undefined],
      [2, 'Once'],
    ]);
  });

  it('learns from the last will that a node is gone', async () => {
    const first = await connect(async (offer, node) => {
      await node.send(accept(offer));
      node.vanish();
    });
    const answer = stream();
    await vi.waitFor(() => expect(first.isConnected).toBe(false));
    await connect(generates(TALE));
    expect(await answer).toBe(TEXT);
  });

  it('keeps a node off the topics of another', async () => {
    const victim = await connect(generates(TALE));
    const intruder = await connect(generates(TALE));
    await intruder.sendBytes(Buffer.from([0xc1]), topics.down(victim.id)).catch(() => {});
    await intruder.sendBytes(Buffer.from([0xc1]), topics.up(victim.id)).catch(() => {});
    expect(await stream()).toBe(TEXT);
    expect(victim.received.every(({ type }) => type === 'offer' || type === 'acknowledge')).toBe(true);
  });

  it('finds the nodes that stayed connected, and their jobs, when it restarts', async () => {
    const node = await connect(async (offer, self) => {
      await self.send(accept(offer));
      await self.send(progress(offer, TALE, 0));
    });
    const key = randomUUID();
    const lost = stream(key).catch(() => 'connection lost');
    await vi.waitFor(() => expect(node.messages('offer')).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await gateway[Symbol.asyncDispose]();
    expect(await lost).toBe('connection lost');
    gateway = await start();
    const [offer] = node.messages('offer');
    if (offer === undefined) throw new Error('No offer came.');
    const again = stream(key);
    await node.send(result(offer, textOutput(TALE)));
    expect(await again).toBe(TEXT);
    expect(node.messages('offer')).toHaveLength(1);
    node.behave(generates(TALE));
    expect(await stream()).toBe(TEXT);
  });
});
