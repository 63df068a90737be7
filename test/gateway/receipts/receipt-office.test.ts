import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import { Wallet } from 'ethers/wallet';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addressOfSecret, signStruct } from '../../../src/shared/chain/struct-signature.ts';
import { encodeMessage } from '../../../src/shared/frame-codec.ts';
import type { Offer, UpMessage } from '../../../src/shared/job-protocol.ts';
import {
  type ReceiptFacts,
  receiptKeySchema,
  receiptSigner,
  receiptStruct,
  receiptsSchema,
} from '../../../src/shared/receipt.ts';
import { accept, ScriptedNode, textOutput } from '../../support/scripted-node.ts';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

const soon = { timeout: 30_000 };
const wallet = new Wallet(Wallet.createRandom().privateKey);
const secret = hexToBytes(wallet.privateKey.slice(2));
const nodeId = wallet.address.toLowerCase();
const output = textOutput({ pieces: ['a ', 'secret ', 'answer'] });
const CHAT = { model: 'npc-chat', messages: [{ role: 'user' as const, content: 'A secret question' }] };

let gateway: TestGateway;
let node: ScriptedNode;

beforeAll(async () => {
  gateway = await startTestGateway();
  node = await ScriptedNode.connect(gateway.url, { wallet, behaviour: () => {} });
}, 60_000);
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

function factsOf(offer: Offer): ReceiptFacts {
  return {
    ...{ jobId: offer.jobId, attempt: offer.attempt, nodeId, gateway: gateway.url, kind: offer.kind },
    ...{ modelDigest: offer.model.digest, promptTokens: 3, completionTokens: 3 },
    resultSha256: createHash('sha256').update(encodeMessage(output)).digest('hex'),
    ...{ startedAtMs: 1_700_000_000_000, finishedAtMs: 1_700_000_000_500 },
  };
}

function resultOf(offer: Offer, facts: ReceiptFacts): UpMessage {
  const { startedAtMs, finishedAtMs } = facts;
  return {
    ...{ type: 'result', jobId: offer.jobId, attempt: offer.attempt },
    output: { inline: encodeMessage(output) },
    metrics: { provider: 'cpu', runMs: 5, queuedMs: 1 },
    receipt: {
      ...{ gateway: gateway.url, startedAtMs, finishedAtMs },
      signature: signStruct(receiptStruct(facts), secret),
    },
  };
}

async function get(route: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${node.session.token}` };
  return await (await fetch(gateway.url + route, { headers })).json();
}

/** Runs one job whose receipt is signed over `signed`. @returns its offer and what was signed. */
async function runJob(change: Partial<ReceiptFacts> = {}): Promise<{ offer: Offer; facts: ReceiptFacts }> {
  const done = Promise.withResolvers<{ offer: Offer; facts: ReceiptFacts }>();
  node.behave(async (offer) => {
    await node.send(accept(offer));
    const facts = { ...factsOf(offer), ...change };
    await node.send(resultOf(offer, facts));
    done.resolve({ offer, facts });
  });
  await gateway.client.chat.completions.create(CHAT);
  return await done.promise;
}

const acknowledgements = (jobId: string) =>
  node.messages('acknowledge').filter((message) => message.jobId === jobId);

describe('the receipts of a gateway', () => {
  it('are countersigned by its key, once and always the same', async () => {
    const { offer, facts } = await runJob();
    await vi.waitFor(() => expect(acknowledgements(offer.jobId)).toHaveLength(1), soon);
    const [first] = acknowledgements(offer.jobId);
    const { creditWei, credit } = first ?? {};
    if (creditWei === undefined || credit === undefined) throw new Error('There is no credit.');

    const { address } = receiptKeySchema.parse(await get('/v1/receipt-key'));
    const [receipt] = receiptsSchema.parse(await get(`/v1/nodes/me/receipts?jobs=${offer.jobId}`)).receipts;
    expect(receipt).toEqual({
      ...facts,
      nodeSignature: signStruct(receiptStruct(facts), secret),
      ...{ creditWei, creditedAtMs: credit.creditedAtMs, gatewaySignature: credit.signature },
    });
    expect(receipt && receiptSigner(receipt)).toBe(address);

    // The same result again, now with other times: what counted stays.
    await node.send(resultOf(offer, { ...facts, finishedAtMs: facts.finishedAtMs + 1 }));
    await vi.waitFor(() => expect(acknowledgements(offer.jobId)).toHaveLength(2), soon);
    expect(acknowledgements(offer.jobId)[1]).toEqual(first);
    expect(JSON.stringify(receipt)).not.toMatch(/secret/i);
  });

  it('are not given for something else than what was done, and the credit counts all the same', async () => {
    const { offer } = await runJob({ completionTokens: 4_000 });
    await vi.waitFor(() => expect(acknowledgements(offer.jobId)).toHaveLength(1), soon);
    const [message] = acknowledgements(offer.jobId);
    expect(BigInt(message?.creditWei ?? 0)).toBeGreaterThan(0n);
    expect(message?.credit).toBeUndefined();
    expect(await get(`/v1/nodes/me/receipts?jobs=${offer.jobId}`)).toEqual({ receipts: [] });
  });

  it('are for the node alone that did the work', async () => {
    const { offer } = await runJob();
    await using other = await ScriptedNode.connect(gateway.url, {
      behaviour: () => {},
      presence: { ready: false },
    });
    const headers = { authorization: `Bearer ${other.session.token}` };
    const route = `${gateway.url}/v1/nodes/me/receipts?jobs=${offer.jobId}`;
    expect(await (await fetch(route, { headers })).json()).toEqual({ receipts: [] });
    expect((await fetch(route)).status).toBe(401);
  });

  it('are signed by the key in a file that only the gateway can read', async () => {
    const file = path.join(gateway.dataDir, 'receipt.key');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    const { address } = receiptKeySchema.parse(await get('/v1/receipt-key'));
    expect(addressOfSecret(hexToBytes(readFileSync(file, 'utf8').trim()))).toBe(address);
  });
});
