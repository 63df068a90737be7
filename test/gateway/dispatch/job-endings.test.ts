import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMINGS } from '../../../src/gateway/dispatch/dispatch-timings.ts';
import { Dispatcher } from '../../../src/gateway/dispatch/dispatcher.ts';
import { DEFAULT_FEE_SPLIT } from '../../../src/gateway/ledger/fee-split.ts';
import { DEMO_RATES } from '../../../src/gateway/ledger/rates.ts';
import { PresenceRegistry } from '../../../src/gateway/nodes/presence-registry.ts';
import { openReceiptKey } from '../../../src/gateway/receipts/receipt-key.ts';
import { ReceiptOffice } from '../../../src/gateway/receipts/receipt-office.ts';
import { ReceiptStore } from '../../../src/gateway/receipts/receipt-store.ts';
import { BlobStore } from '../../../src/gateway/store/blob-store.ts';
import { type Database, openDatabase } from '../../../src/gateway/store/database.ts';
import { JobStore } from '../../../src/gateway/store/job-store.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import type { DownMessage, Offer, Presence } from '../../../src/shared/job-protocol.ts';
import { result, textOutput } from '../../support/scripted-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const node = `0x${'a'.repeat(40)}`;
const buyerId = randomUUID();
const presence: Presence = {
  type: 'presence',
  online: true,
  sessionId: randomUUID(),
  protocol: 1,
  agentVersion: '0',
  ready: true,
  capacity: 1,
  kinds: ['text.generate'],
  cachedModels: [],
  device: { name: 'd', provider: null, sandbox: 's' },
  held: [],
};

/** A store on a disk that is full until told otherwise. */
class FullDiskStore extends JobStore {
  isFull = true;

  override async finish(...args: Parameters<JobStore['finish']>): Promise<boolean> {
    if (this.isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    return await super.finish(...args);
  }
}

/** A store whose first answer gets lost, after the work was done. */
class SilentStore extends JobStore {
  written = 0;

  override async finish(...args: Parameters<JobStore['finish']>): Promise<boolean> {
    const counted = await super.finish(...args);
    if (!counted) return false;
    this.written += 1;
    throw new Error('Connection terminated unexpectedly');
  }
}

const request = {
  buyerId,
  endpoint: 'completions',
  model: { id: 'm', digest: 'd'.repeat(64) },
  input: { kind: 'text.generate', prompt: { text: 'x' }, sampling: sampling() },
  idempotencyKey: 'k',
} as const;
/** Three tokens read and one generated, at the demo rates. */
const CREDIT = '13000000000000';
const folder = temporaryFolder();
let db: Database;

beforeAll(async () => {
  db = await openDatabase(undefined, `${folder.path}/database`);
  await db.insertInto('api_keys').values({ id: buyerId, name: 'b', key_hash: 'h' }).execute();
});
afterAll(async () => {
  await db.destroy();
  folder[Symbol.dispose]();
});

describe('a result that cannot be written', () => {
  it('is disk-full for the buyer, is not acknowledged, and counts once when the node brings it again', async () => {
    const store = new FullDiskStore(db);
    const sent: DownMessage[] = [];
    await using dispatcher = await dispatcherOver(store, sent);
    dispatcher.receive(node, presence, false);
    const first = await dispatcher.submit(request);
    const offer = offerIn(sent);
    const answer = result(offer, textOutput({ pieces: ['done'] }));
    dispatcher.receive(node, answer, false);
    expect(await first.outcome).toMatchObject({ state: 'failed', error: { code: 'disk-full', status: 507 } });
    expect(sent).toHaveLength(1);

    store.isFull = false;
    const second = await dispatcher.submit(request);
    dispatcher.receive(node, answer, false);
    expect(await second.outcome).toMatchObject({ state: 'finished', output: { text: 'done' } });
    await sleep(0);
    expect(sent.slice(1)).toEqual([acknowledgement(offer)]);
    const usage = await db.selectFrom('usage').select(['job_id', 'credit_wei']).execute();
    expect(usage).toEqual([{ job_id: offer.jobId, credit_wei: CREDIT }]);
  });
});

describe('a result whose writing nobody confirmed', () => {
  it('is told and credited once, when it proves to be written', async () => {
    const store = new SilentStore(db);
    const sent: DownMessage[] = [];
    await using dispatcher = await dispatcherOver(store, sent);
    dispatcher.receive(node, { ...presence, sessionId: randomUUID() }, false);
    const job = await dispatcher.submit({ ...request, idempotencyKey: 'unconfirmed' });
    const offer = offerIn(sent);
    dispatcher.receive(node, result(offer, textOutput({ pieces: ['done'] })), false);
    expect(await job.outcome).toMatchObject({ state: 'finished', output: { text: 'done' } });
    await vi.waitFor(() => expect(sent.slice(1)).toEqual([acknowledgement(offer)]), { timeout: 15_000 });
    expect(store.written).toBe(1);
    const usage = db.selectFrom('usage').select('credit_wei').where('job_id', '=', offer.jobId);
    expect(await usage.execute()).toEqual([{ credit_wei: CREDIT }]);
  });
});

function offerIn(sent: readonly DownMessage[]): Offer {
  const offer = sent.find((message): message is Offer => message.type === 'offer');
  if (offer === undefined) throw new Error('No offer was sent.');
  return offer;
}

function acknowledgement({ jobId, attempt }: Offer): DownMessage {
  return { type: 'acknowledge', jobId, attempt, creditWei: CREDIT };
}

async function dispatcherOver(store: JobStore, sent: DownMessage[]): Promise<Dispatcher> {
  return new Dispatcher({
    store,
    blobs: await BlobStore.open(`${folder.path}/blobs`),
    registry: new PresenceRegistry(),
    send: async (_nodeId, message) => {
      sent.push(message);
    },
    timings: DEFAULT_TIMINGS,
    rates: DEMO_RATES,
    feeSplit: () => DEFAULT_FEE_SPLIT,
    receipts: new ReceiptOffice({
      store: new ReceiptStore(db),
      key: await openReceiptKey(`${folder.path}/receipt.key`),
      log: pino({ level: 'silent' }),
    }),
    clock: systemClock,
    log: pino({ level: 'silent' }),
  });
}

function sampling() {
  return { temperature: 1, topP: 1, topK: 0, minTokens: 0, stop: [] };
}
