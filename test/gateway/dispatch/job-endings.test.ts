import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_TIMINGS } from '../../../src/gateway/dispatch/dispatch-timings.ts';
import { Dispatcher } from '../../../src/gateway/dispatch/dispatcher.ts';
import { PresenceRegistry } from '../../../src/gateway/nodes/presence-registry.ts';
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
    await using dispatcher = new Dispatcher({
      store,
      blobs: await BlobStore.open(`${folder.path}/blobs`),
      registry: new PresenceRegistry(),
      send: async (_nodeId, message) => {
        sent.push(message);
      },
      timings: DEFAULT_TIMINGS,
      clock: systemClock,
      log: pino({ level: 'silent' }),
    });
    dispatcher.receive(node, presence, false);
    const request = {
      buyerId,
      endpoint: 'completions',
      model: { id: 'm', digest: 'd'.repeat(64) },
      input: { kind: 'text.generate', prompt: { text: 'x' }, sampling: sampling() },
      idempotencyKey: 'k',
    } as const;
    const first = await dispatcher.submit(request);
    const offer = sent.find((message): message is Offer => message.type === 'offer');
    if (offer === undefined) throw new Error('No offer was sent.');
    const answer = result(offer, textOutput({ pieces: ['done'] }));
    dispatcher.receive(node, answer, false);
    expect(await first.outcome).toMatchObject({ state: 'failed', error: { code: 'disk-full', status: 507 } });
    expect(sent).toHaveLength(1);

    store.isFull = false;
    const second = await dispatcher.submit(request);
    dispatcher.receive(node, answer, false);
    expect(await second.outcome).toMatchObject({ state: 'finished', output: { text: 'done' } });
    await sleep(0);
    expect(sent.slice(1)).toEqual([{ type: 'acknowledge', jobId: offer.jobId, attempt: offer.attempt }]);
    const usage = await db.selectFrom('usage').select('job_id').execute();
    expect(usage).toEqual([{ job_id: offer.jobId }]);
  });
});

function sampling() {
  return { temperature: 1, topP: 1, topK: 0, minTokens: 0, stop: [] };
}
