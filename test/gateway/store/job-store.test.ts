import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../src/gateway/store/database.ts';
import {
  inputPayload,
  JobStore,
  outputPayload,
  parseStoredError,
  storedProgress,
} from '../../../src/gateway/store/job-store.ts';
import type { Payload } from '../../../src/shared/job-protocol.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const buyer = randomUUID();
let db: Database;
let store: JobStore;

beforeAll(async () => {
  db = await openDatabase(undefined, folder.path);
  await db.insertInto('api_keys').values({ id: buyer, name: 'b', key_hash: 'h' }).execute();
  store = new JobStore(db);
});
afterAll(async () => {
  await db.destroy();
  folder[Symbol.dispose]();
});

async function insert(options: { key?: string; input?: Payload } = {}): Promise<string> {
  const id = uuidv7();
  const isNew = await store.insert({
    id,
    buyer_id: buyer,
    endpoint: 'completions',
    kind: 'text.generate',
    model_id: 'm',
    model_digest: 'd',
    request_hash: 'r',
    idempotency_key: options.key ?? null,
    input: options.input ?? { inline: new Uint8Array([1, 2, 3]) },
    created_at: new Date(),
  });
  return isNew ? id : '';
}

const output = { inline: new Uint8Array([4, 5]) };
const usage = (id: string, finishedAt = new Date()) => ({
  job_id: id,
  buyer_id: buyer,
  node_id: 'node',
  kind: 'text.generate' as const,
  model_digest: 'd',
  prompt_tokens: 2,
  completion_tokens: 3,
  run_ms: 1.5,
  finished_at: finishedAt,
  credit_wei: '12345678901234567890123',
});
const snapshot = {
  state: 'running' as const,
  attempt: 1,
  failures: 0,
  losses: 0,
  nodeId: 'node',
  leaseExpiresAt: new Date(),
  progress: { tokens: [7], text: 'x' },
};
const error = { code: 'cancelled', message: 'Gone.', param: null } as const;

async function row(id: string) {
  const found = await store.get(id);
  if (found === undefined) throw new Error('No such job.');
  return found;
}

async function usageOf(id: string) {
  return await db.selectFrom('usage').selectAll().where('job_id', '=', id).execute();
}

describe('the job store', () => {
  it('keeps a job as it was given', async () => {
    const stored = await row(await insert());
    expect(stored).toMatchObject({ state: 'queued', attempt: 0, node_id: null, finished_at: null });
    expect(inputPayload(stored)).toEqual({ inline: new Uint8Array([1, 2, 3]) });
    const blob = { blob: 'a'.repeat(64), bytes: 500_000 };
    expect(inputPayload(await row(await insert({ input: blob })))).toEqual(blob);
  });

  it('takes one job per idempotency key, also when two come at once', async () => {
    const key = randomUUID();
    const ids = await Promise.all([insert({ key }), insert({ key }), insert({ key })]);
    const [taken] = ids.filter((id) => id !== '');
    expect(ids.filter((id) => id === '')).toHaveLength(2);
    expect((await store.byIdempotencyKey(buyer, key))?.id).toBe(taken);
  });

  it('finishes a job once and counts it once', async () => {
    const id = await insert();
    await store.saveSnapshot(id, snapshot);
    expect(storedProgress(await row(id))).toEqual(snapshot.progress);
    const results = await Promise.all([
      store.finish(output, 1, usage(id), []),
      store.finish(output, 2, usage(id), []),
    ]);
    expect(results).toEqual([true, false]);
    expect(await usageOf(id)).toMatchObject([{ prompt_tokens: 2, completion_tokens: 3, run_ms: 1.5 }]);
    expect(await store.creditOf(id, 'node', 1)).toBe('12345678901234567890123');
    expect(await store.creditOf(id, 'node', 2)).toBeUndefined();
    expect(await store.creditOf(id, 'another', 1)).toBeUndefined();
    const stored = await row(id);
    expect(stored).toMatchObject({ state: 'finished', attempt: 1, node_id: 'node', progress: null });
    expect(outputPayload(stored)).toEqual(output);
  });

  it('changes nothing of a job that is over', async () => {
    const finished = await insert();
    await store.finish(output, 1, usage(finished), []);
    await store.saveSnapshot(finished, { ...snapshot, attempt: 9 });
    await store.end(finished, 'cancelled', 9, error, new Date());
    expect(await row(finished)).toMatchObject({ state: 'finished', attempt: 1 });
    const cancelled = await insert();
    await store.end(cancelled, 'cancelled', 1, error, new Date());
    expect(await store.finish(output, 1, usage(cancelled), [])).toBe(false);
    expect(await usageOf(cancelled)).toEqual([]);
    expect(parseStoredError(await row(cancelled))).toEqual(error);
  });

  it('lists the unfinished jobs, oldest first', async () => {
    const ids = [await insert(), await insert()];
    const unfinished = (await store.unfinished()).map(({ id }) => id);
    expect(unfinished.slice(-2)).toEqual(ids);
    expect(unfinished.length).toBeLessThan((await db.selectFrom('jobs').select('id').execute()).length);
  });

  it('drops what was asked and answered long ago, but neither that it was nor its usage', async () => {
    const blob = { blob: 'b'.repeat(64), bytes: 1 };
    const old = await insert({ input: blob });
    await store.finish({ blob: 'c'.repeat(64), bytes: 1 }, 1, usage(old, new Date('2020-01-01')), []);
    const recent = await insert();
    await store.finish(output, 1, usage(recent), []);
    const waiting = await insert();
    expect(await store.namedBlobs()).toContain(blob.blob);
    await store.dropPayloads(new Date('2021-01-01'));
    expect(outputPayload(await row(old))).toBeUndefined();
    expect(await usageOf(old)).toHaveLength(1);
    expect(outputPayload(await row(recent))).toEqual(output);
    expect(inputPayload(await row(waiting))).toEqual({ inline: new Uint8Array([1, 2, 3]) });
    const named = await store.namedBlobs();
    expect(named).not.toContain(blob.blob);
    expect(named).not.toContain('c'.repeat(64));
  });
});
