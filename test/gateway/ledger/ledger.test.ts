import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_FEE_SPLIT, priceOf } from '../../../src/gateway/ledger/fee-split.ts';
import { jobCharge } from '../../../src/gateway/ledger/job-charge.ts';
import { type Database, openDatabase } from '../../../src/gateway/store/database.ts';
import { JobStore } from '../../../src/gateway/store/job-store.ts';
import { hasPostgres, PostgresServer } from '../../support/postgres-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CREDIT = 12_345_678_901_234_567_890_123n;

describe('the price of a job', () => {
  it('gives nodes the credit they were told, and splits the rest as governance says', () => {
    expect(priceOf(8_000n, DEFAULT_FEE_SPLIT)).toEqual({
      ...{ buyerWei: 10_000n, nodesWei: 8_000n, protocolWei: 500n, stakersWei: 1_500n },
    });
    expect(priceOf(7n, { nodes: 10_000, protocol: 0, stakers: 0 }).buyerWei).toBe(7n);
  });

  it('adds up for every credit and split, and takes nothing from the nodes', () => {
    const splits = fc
      .tuple(fc.integer({ min: 5_000, max: 10_000 }), fc.integer({ min: 0, max: 10_000 }))
      .map(([nodes, part]) => {
        const protocol = Math.floor(((10_000 - nodes) * part) / 10_000);
        return { nodes, protocol, stakers: 10_000 - nodes - protocol };
      });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 60n }), splits, (creditWei, split) => {
        const price = priceOf(creditWei, split);
        expect(price.nodesWei).toBe(creditWei);
        expect(price.nodesWei + price.protocolWei + price.stakersWei).toBe(price.buyerWei);
        // What the contract's own split, rounded down, leaves the nodes covers their credit.
        expect((price.buyerWei * BigInt(split.nodes)) / 10_000n).toBeGreaterThanOrEqual(creditWei);
        const entries = jobCharge({ buyerId: 'b', nodeId: 'n', creditWei }, split);
        expect(entries.reduce((sum, { amountWei }) => sum + amountWei, 0n)).toBe(0n);
      }),
    );
  });
});

describe.each(['PGlite', 'PostgreSQL'] as const)('the ledger on %s', (engine) => {
  const isThere = engine === 'PGlite' || hasPostgres;
  const folder = temporaryFolder();
  const buyer = randomUUID();
  let server: PostgresServer | undefined;
  let db: Database;

  beforeAll(async () => {
    if (!isThere) return;
    if (engine === 'PostgreSQL') server = await PostgresServer.start();
    db = await openDatabase(server?.url, folder.path);
    await db.insertInto('api_keys').values({ id: buyer, name: 'b', key_hash: 'h' }).execute();
  });
  afterAll(async () => {
    if (isThere) await db.destroy();
    await server?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const enter = async (id: string, entries: Record<string, string>) => {
    await db.transaction().execute(async (transaction) => {
      await transaction.insertInto('ledger_transactions').values({ id, at: new Date() }).execute();
      for (const [account, amount_wei] of Object.entries(entries)) {
        await transaction
          .insertInto('ledger_entries')
          .values({ transaction_id: id, account, amount_wei })
          .execute();
      }
    });
  };
  const entriesOf = async (id: string) => {
    const rows = await db
      .selectFrom('ledger_entries')
      .select(['account', 'amount_wei'])
      .where('transaction_id', '=', id)
      .execute();
    return Object.fromEntries(rows.map((row) => [row.account, row.amount_wei]));
  };

  it.runIf(isThere)(
    'refuses a transaction that does not add up to zero, and keeps nothing of it',
    async () => {
      await expect(enter('bad', { a: '-10', b: '9' })).rejects.toThrow('adds up to -1 wei instead of zero');
      expect(await entriesOf('bad')).toEqual({});
      // Only its end counts: on the way it need not add up.
      await enter('good', { a: '-10', b: '9', c: '1' });
      expect(await entriesOf('good')).toEqual({ a: '-10', b: '9', c: '1' });
      await expect(enter('nothing', { a: '0' })).rejects.toThrow('ledger_entries_move');
    },
  );

  it.runIf(isThere)('is only added to, and never twice for the same thing', async () => {
    await enter('once', { a: '-5', b: '5' });
    await expect(enter('once', { a: '-5', b: '5' })).rejects.toThrow('ledger_transactions_pkey');
    const late = { transaction_id: 'once', account: 'c', amount_wei: '1' };
    await expect(db.insertInto('ledger_entries').values(late).execute()).rejects.toThrow('adds up to 1 wei');
    const entries = db.updateTable('ledger_entries').set({ amount_wei: '6' });
    await expect(entries.where('transaction_id', '=', 'once').execute()).rejects.toThrow('only added to');
    await expect(db.deleteFrom('ledger_transactions').execute()).rejects.toThrow('only added to');
  });

  it.runIf(isThere)('charges for a finished job once, however often and late its result comes', async () => {
    const store = new JobStore(db);
    const id = uuidv7();
    const facts = { endpoint: 'completions', kind: 'text.generate', model_digest: 'd' } as const;
    await store.insert({
      ...{ id, buyer_id: buyer, ...facts, model_id: 'm', request_hash: 'r', idempotency_key: null },
      ...{ input: { inline: new Uint8Array() }, created_at: new Date() },
    });
    const usage = {
      ...{ job_id: id, buyer_id: buyer, node_id: 'node', kind: facts.kind, model_digest: 'd' },
      ...{ prompt_tokens: 1, completion_tokens: 1, run_ms: 1, finished_at: new Date() },
      credit_wei: String(CREDIT),
    };
    const charge = jobCharge({ buyerId: buyer, nodeId: 'node', creditWei: CREDIT }, DEFAULT_FEE_SPLIT);
    const finish = () => store.finish({ inline: new Uint8Array() }, 1, usage, charge);
    // Whichever of them PostgreSQL takes first.
    expect((await Promise.all([finish(), finish(), finish()])).filter(Boolean)).toHaveLength(1);
    const entries = await entriesOf(`job:${id}`);
    expect(entries['pending:node']).toBe(String(CREDIT));
    expect(Object.keys(entries).sort()).toEqual([`buyer:${buyer}`, 'pending:node', 'protocol', 'stakers']);
    const { rows } = await sql<{
      total: string;
    }>`select sum(amount_wei) as total from ledger_entries`.execute(db);
    expect(rows[0]?.total).toBe('0');
  });
});
