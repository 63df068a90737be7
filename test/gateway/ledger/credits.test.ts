import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../../src/gateway/store/database.ts';
import {
  accept,
  attemptOf,
  type Behaviour,
  generates,
  progress,
  result,
  ScriptedNode,
  textOutput,
} from '../../support/scripted-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

const TALE = { pieces: ['Once', ' upon', ' a', ' time', '.'], promptTokens: 4 };
const CREDIT = '54000000000000';
const ask = { model: 'npc-chat', messages: [{ role: 'user' as const, content: 'Tell me a tale.' }] };
/** The machine may be busy with other tests. */
const soon = { timeout: 30_000 };
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** The result comes three times, as it does when acknowledgements are slow. */
const insists: Behaviour = async (offer, node) => {
  await node.send(accept(offer));
  for (let times = 0; times < 3; times += 1) await node.send(result(offer, textOutput(TALE)));
};

/** Gives the first attempt back half done. */
const handsBack: Behaviour = async (offer, node) => {
  if (offer.attempt > 1) return await generates(TALE)(offer, node);
  await node.send(accept(offer));
  await node.send(progress(offer, TALE, 0));
  await node.send({ type: 'preempted', ...attemptOf(offer) });
};

function acknowledged(node: ScriptedNode) {
  return node.messages('acknowledge').filter(({ creditWei }) => creditWei !== undefined);
}

/** What nodes were told, each result once, however often they were told. */
function toldTo(nodes: readonly ScriptedNode[]): bigint {
  const told = new Map<string, bigint>();
  for (const node of nodes) {
    for (const { jobId, creditWei } of acknowledged(node)) told.set(jobId, BigInt(creditWei ?? 0));
  }
  return [...told.values()].reduce((sum, credit) => sum + credit, 0n);
}

async function start(dataDir: string): Promise<TestGateway> {
  return await startTestGateway({
    dataDir,
    timings: {
      answerWithinMs: 1000,
      answerGraceMs: 250,
      leaseSeconds: 3,
      avoidNodeMs: 50,
      persistEveryMs: 50,
    },
  });
}

describe('credits', () => {
  it('add up to what the ledger has, through repeated results, hand-backs and late results', {
    timeout: 180_000,
  }, async () => {
    const dataDir = path.join(folder.path, 'sums');
    const nodes: ScriptedNode[] = [];
    let jobs = 0;
    {
      await using gateway = await start(dataDir);
      const behaviours = [generates(TALE), insists, handsBack];
      for (const behaviour of behaviours) {
        nodes.push(await ScriptedNode.connect(gateway.url, { behaviour, presence: { capacity: 4 } }));
      }
      jobs = 12;
      await Promise.all(Array.from({ length: jobs }, () => gateway.client.chat.completions.create(ask)));
      await vi.waitFor(
        () => expect(new Set(nodes.flatMap(acknowledged).map(({ jobId }) => jobId)).size).toBe(jobs),
        soon,
      );

      // A silent node's job goes on elsewhere; its late result is not wanted, and earns nothing.
      for (const node of nodes) node.behave(generates(TALE));
      const silent = await ScriptedNode.connect(gateway.url, {
        behaviour: async (offer, node) => await node.send(accept(offer)),
        presence: { cachedModels: await digests(gateway) },
      });
      nodes.push(silent);
      await gateway.client.chat.completions.create(ask);
      jobs += 1;
      const [late] = silent.messages('offer');
      if (late === undefined) throw new Error('No offer came.');
      await silent.send(result(late, textOutput(TALE)));
      await vi.waitFor(
        () => expect(silent.messages('acknowledge')).toEqual([{ type: 'acknowledge', ...attemptOf(late) }]),
        soon,
      );

      // A node that asks again, long after, is told the same again; another one is told nothing of it.
      const [first, other] = nodes;
      const [known] = first === undefined ? [] : acknowledged(first);
      if (first === undefined || other === undefined || known === undefined)
        throw new Error('Nothing was told.');
      const before = first.messages('acknowledge').length;
      const again = { ...late, ...attemptOf(known) };
      await first.send(result(again, textOutput(TALE)));
      await vi.waitFor(() => expect(first.messages('acknowledge')).toHaveLength(before + 1), soon);
      expect(first.messages('acknowledge').at(-1)).toEqual(known);
      expect(known.creditWei).toBe(CREDIT);
      const othersBefore = other.messages('acknowledge').length;
      await other.send(result(again, textOutput(TALE)));
      await vi.waitFor(() => expect(other.messages('acknowledge')).toHaveLength(othersBefore + 1), soon);
      expect(other.messages('acknowledge').at(-1)).toEqual({ type: 'acknowledge', ...attemptOf(known) });
      for (const node of nodes) await node[Symbol.asyncDispose]();
    }
    const db = await openDatabase(undefined, path.join(dataDir, 'database'));
    const rows = await db.selectFrom('usage').select(['job_id', 'node_id', 'credit_wei']).execute();
    const charged = await db.selectFrom('ledger_entries').select(['account', 'amount_wei']).execute();
    await db.destroy();
    expect(charged.reduce((sum, entry) => sum + BigInt(entry.amount_wei), 0n)).toBe(0n);
    for (const node of nodes) {
      const pending = charged.filter(({ account }) => account === `pending:${node.id}`);
      expect(pending.reduce((sum, entry) => sum + BigInt(entry.amount_wei), 0n)).toBe(toldTo([node]));
    }
    expect(rows).toHaveLength(jobs);
    const inLedger = rows.reduce((sum, row) => sum + BigInt(row.credit_wei), 0n);
    expect(inLedger).toBe(BigInt(CREDIT) * BigInt(jobs));
    expect(toldTo(nodes)).toBe(inLedger);
    for (const node of nodes) {
      const own = rows.filter((row) => row.node_id === node.id);
      expect(toldTo([node])).toBe(own.reduce((sum, row) => sum + BigInt(row.credit_wei), 0n));
    }
  });
});

async function digests(gateway: TestGateway): Promise<string[]> {
  const models = await gateway.client.models.list();
  return models.data.map((model) => ('digest' in model ? String(model.digest) : ''));
}
