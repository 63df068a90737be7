import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { DEFAULT_FEE_SPLIT } from '../../src/gateway/ledger/fee-split.ts';
import { jobCharge } from '../../src/gateway/ledger/job-charge.ts';
import type { Database } from '../../src/gateway/store/database.ts';
import { JobStore } from '../../src/gateway/store/job-store.ts';

/** A finished and charged job, as the dispatcher leaves it. */
export async function finishJob(
  db: Database,
  job: {
    readonly buyerId: string;
    readonly nodeId: string;
    readonly creditWei: bigint;
    readonly finishedAt: Date;
  },
): Promise<void> {
  const { buyerId, nodeId, creditWei, finishedAt } = job;
  const id = uuidv7();
  const jobs = new JobStore(db);
  await jobs.insert({
    ...{ id, buyer_id: buyerId, endpoint: 'completions', kind: 'text.generate', model_digest: 'd' },
    ...{ model_id: 'm', request_hash: 'r', idempotency_key: null, created_at: finishedAt },
    input: { inline: new Uint8Array() },
  });
  const usage = {
    ...({ job_id: id, buyer_id: buyerId, node_id: nodeId, kind: 'text.generate' } as const),
    ...{ model_digest: 'd', prompt_tokens: 1, completion_tokens: 1, run_ms: 5, finished_at: finishedAt },
    credit_wei: String(creditWei),
  };
  await jobs.finish(
    { inline: new Uint8Array() },
    1,
    usage,
    jobCharge({ buyerId, nodeId, creditWei }, DEFAULT_FEE_SPLIT),
  );
}

/** Where a node wants what it earns. */
export async function nameAddress(db: Database, nodeId: string, address: string): Promise<void> {
  const row = { node_id: nodeId, issued_at_ms: Date.now(), address: address.toLowerCase(), signature: '0x' };
  await db.insertInto('payout_addresses').values(row).execute();
}

/** What accounts have whose names are like `pattern`, in wei. */
export async function ledgerSum(db: Database, pattern: string): Promise<bigint> {
  const { rows } = await sql<{ wei: string }>`
    select coalesce(sum(amount_wei), 0)::text as wei from ledger_entries
    where account like ${pattern}`.execute(db);
  return BigInt(rows[0]?.wei ?? 0);
}
