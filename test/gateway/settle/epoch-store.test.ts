import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Outbox } from '../../../src/gateway/chain/outbox.ts';
import { DEFAULT_FEE_SPLIT } from '../../../src/gateway/ledger/fee-split.ts';
import { jobCharge } from '../../../src/gateway/ledger/job-charge.ts';
import { PresenceRegistry } from '../../../src/gateway/nodes/presence-registry.ts';
import { Availability } from '../../../src/gateway/settle/availability.ts';
import { EpochStore } from '../../../src/gateway/settle/epoch-store.ts';
import { Statements } from '../../../src/gateway/settle/statements.ts';
import { type Database, openDatabase } from '../../../src/gateway/store/database.ts';
import { JobStore } from '../../../src/gateway/store/job-store.ts';
import { hasPostgres, PostgresServer } from '../../support/postgres-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const [node, other] = [`0x${'a'.repeat(40)}`, `0x${'b'.repeat(40)}`];
const payout = `0x${'c'.repeat(40)}`;
const weights = { usage: 7_000, availabilityPerGpuHourWei: 3_600_000n, availabilityPerEpochWei: 10n ** 24n };

describe.each(['PGlite', 'PostgreSQL'] as const)('epochs on %s', (engine) => {
  const isThere = engine === 'PGlite' || hasPostgres;
  const folder = temporaryFolder();
  const buyer = randomUUID();
  let nowMs = START_MS;
  const clock = { now: () => new Date(nowMs) };
  let server: PostgresServer | undefined;
  let db: Database;

  beforeAll(async () => {
    if (!isThere) return;
    if (engine === 'PostgreSQL') server = await PostgresServer.start();
    db = await openDatabase(server?.url, folder.path);
    await db.insertInto('api_keys').values({ id: buyer, name: 'b', key_hash: 'h' }).execute();
    const address = { node_id: node, issued_at_ms: START_MS, address: payout, signature: '0x' };
    await db.insertInto('payout_addresses').values(address).execute();
  });
  afterAll(async () => {
    if (isThere) await db.destroy();
    await server?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  async function finishJob(nodeId: string, creditWei: bigint): Promise<string> {
    const id = uuidv7();
    const jobs = new JobStore(db);
    await jobs.insert({
      ...{ id, buyer_id: buyer, endpoint: 'completions', kind: 'text.generate', model_digest: 'd' },
      ...{ model_id: 'm', request_hash: 'r', idempotency_key: null, created_at: clock.now() },
      input: { inline: new Uint8Array() },
    });
    const usage = {
      ...({
        job_id: id,
        buyer_id: buyer,
        node_id: nodeId,
        kind: 'text.generate',
        model_digest: 'd',
      } as const),
      ...{ prompt_tokens: 1, completion_tokens: 1, run_ms: 5, finished_at: clock.now() },
      credit_wei: String(creditWei),
    };
    const charge = jobCharge({ buyerId: buyer, nodeId, creditWei }, DEFAULT_FEE_SPLIT);
    await jobs.finish({ inline: new Uint8Array() }, 1, usage, charge);
    return id;
  }

  it.runIf(isThere)('give each job to one epoch, and every wei to somebody', async () => {
    const epochs = new EpochStore(db);
    const presence = new PresenceRegistry();
    const facts = { agentVersion: '0', ready: true, capacity: 1, kinds: [], cachedModels: [], held: [] };
    const device = { name: 'd', provider: null, sandbox: 's' };
    const online = { type: 'presence', online: true, sessionId: randomUUID(), protocol: 1 } as const;
    presence.update(node, { ...online, ...facts, device });
    {
      await using availability = new Availability(db, presence, clock, pino({ level: 'silent' }));
      nowMs += 1000;
      await availability.flush();
      nowMs += 1000;
    }
    const first = await finishJob(node, 1_000n);
    await finishJob(other, 500n);
    nowMs += 1;
    const cut = clock.now();
    nowMs += 1;
    const late = await finishJob(node, 7n);
    expect(await epochs.freeze(cut, HOUR_MS, weights)).toBe(1);

    const statements = new Statements(db);
    const statement = await statements.of(node, { epoch: 1, since: 0 });
    expect(statement.jobs.map((job) => job.jobId)).toEqual([first]);
    expect(statement.reward).toMatchObject({
      ...{ creditWei: '1000', usageWei: '700', usageWeight: weights.usage, readyMs: 2000 },
      cutAt: cut.toISOString(),
    });
    expect(statement.epochs).toEqual([1]);
    expect((await statements.of(node, { since: 1 })).epochs).toEqual([]);
    expect((await statements.of(node, {})).jobs.map((job) => job.jobId)).toEqual([late]);
    expect((await statements.of(node, { epoch: 1, after: first })).jobs).toEqual([]);
    // All that goes by availability is the one node's that was seen; the other waits for an address.
    const { usageWei, availabilityWei } = statement.reward ?? { usageWei: '0', availabilityWei: '0' };
    const earned = BigInt(usageWei) + BigInt(availabilityWei);
    expect(await epochs.accounts(1)).toEqual([{ address: payout, cumulativeWei: earned }]);
    expect(earned).toBeGreaterThanOrEqual(700n + 450n);
    const { rows } = await sql<{ account: string; wei: string }>`
      select account, sum(amount_wei)::text as wei from ledger_entries group by account`.execute(db);
    const balances = Object.fromEntries(rows.map(({ account, wei }) => [account, BigInt(wei)]));
    expect(Object.values(balances).reduce((sum, wei) => sum + wei, 0n)).toBe(0n);
    expect(balances).toMatchObject({ [`pending:${node}`]: 7n, [`pending:${other}`]: 350n });
    expect(balances[`claimable:${payout}`]).toBe(earned);
    expect(balances.availability ?? 0n).toBe(0n);

    await epochs.setRoot(1, `0x${'0'.repeat(64)}`, earned);
    await epochs.markLive(1);
    expect(await epochs.newestLive()).toMatchObject({ number: 1, promised_wei: String(earned) });
    nowMs += 1;
    expect(await epochs.freeze(clock.now(), HOUR_MS, weights)).toBe(2);
    expect(await epochs.freeze(clock.now(), HOUR_MS, weights)).toBeUndefined();
  });

  it.runIf(isThere)('keep the one transaction under way, replaced or done', async () => {
    const outbox = new Outbox(db, 'settler');
    const entry = { nonce: 4, purpose: 'submit' as const, subject: '2', raw: '0x01', hashes: ['0xa'] };
    await outbox.keep({ ...entry, signedAt: clock.now() });
    const dearer = { ...entry, raw: '0x02', hashes: ['0xa', '0xb'], signedAt: clock.now() };
    await outbox.keep(dearer);
    expect(await outbox.current()).toEqual(dearer);
    await expect(outbox.keep({ ...dearer, nonce: 5 })).rejects.toThrow('under way');
    // Another account's is another matter.
    const relay = new Outbox(db, 'relay');
    await relay.keep({ ...dearer, purpose: 'claim' });
    expect(await relay.current()).toMatchObject({ purpose: 'claim' });
    const epochs = new EpochStore(db);
    const ended = { entry: dearer, receipt: undefined, isDone: true };
    await expect(
      outbox.clear(ended, async (tx) => {
        await epochs.markSubmitted(tx, 2);
        throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    expect(await outbox.current()).toEqual(dearer);
    expect((await epochs.get(2))?.state).toBe('frozen');
    await outbox.clear(ended, (tx) => epochs.markSubmitted(tx, 2));
    expect(await outbox.current()).toBeUndefined();
    expect((await epochs.get(2))?.state).toBe('submitted');
  });
});
