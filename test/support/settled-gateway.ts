import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { NodeKey } from '../../src/agent/identity/node-key.ts';
import type { ReceiptDesk } from '../../src/agent/receipts/receipt-desk.ts';
import type { StatementGateway } from '../../src/agent/receipts/statement-reader.ts';
import { DEFAULT_FEE_SPLIT } from '../../src/gateway/ledger/fee-split.ts';
import { jobCharge } from '../../src/gateway/ledger/job-charge.ts';
import { openReceiptKey } from '../../src/gateway/receipts/receipt-key.ts';
import { ReceiptOffice } from '../../src/gateway/receipts/receipt-office.ts';
import { ReceiptStore } from '../../src/gateway/receipts/receipt-store.ts';
import { EpochStore } from '../../src/gateway/settle/epoch-store.ts';
import { RewardTrees } from '../../src/gateway/settle/reward-trees.ts';
import { Statements } from '../../src/gateway/settle/statements.ts';
import { type Database, openDatabase } from '../../src/gateway/store/database.ts';
import { JobStore } from '../../src/gateway/store/job-store.ts';
import type { Offer } from '../../src/shared/job-protocol.ts';
import type { RewardProof } from '../../src/shared/reward-proof.ts';
import type { RewardStatement } from '../../src/shared/reward-statement.ts';
import { textOutput } from './scripted-node.ts';

export const SETTLED_GATEWAY = 'https://gateway.test';
const WEIGHTS = { usage: 7_000, availabilityPerGpuHourWei: 0n, availabilityPerEpochWei: 0n };
const log = pino({ level: 'silent' });

/** The books of a real gateway, without its network: jobs are finished and epochs frozen when a test says so. */
export class SettledGateway implements AsyncDisposable {
  readonly db: Database;
  readonly #folder: string;
  readonly #buyer = randomUUID();
  #office: ReceiptOffice;

  private constructor(folder: string, db: Database, office: ReceiptOffice) {
    this.#folder = folder;
    this.db = db;
    this.#office = office;
  }

  static async open(folder: string): Promise<SettledGateway> {
    const db = await openDatabase(undefined, join(folder, 'database'));
    const gateway = new SettledGateway(folder, db, await officeOver(db, join(folder, 'receipt.key')));
    await db
      .insertInto('api_keys')
      .values({ id: gateway.#buyer, name: 'b', key_hash: randomUUID() })
      .execute();
    return gateway;
  }

  /** As with a data folder whose key was lost. */
  async changeKey(): Promise<void> {
    this.#office = await officeOver(this.db, join(this.#folder, `${randomUUID()}.key`));
  }

  /** What a node is answered. `lie` may change its statements. */
  asSeenBy(
    nodeId: string,
    lie: (statement: RewardStatement) => RewardStatement = (statement) => statement,
  ): StatementGateway {
    const statements = new Statements(this.db);
    return {
      gatewayName: async () => SETTLED_GATEWAY,
      receiptKey: async () => this.#office.address,
      statement: async (query) => lie(await statements.of(nodeId, query)),
      receipts: async (jobIds) => await this.#office.receiptsOf(nodeId, jobIds),
      rewardProof: async (address) => await this.#proofOf(address),
    };
  }

  /** A job that the node did, was credited for and handed in. @param isLost the acknowledgement does not arrive. */
  async finishJob(nodeKey: NodeKey, desk: ReceiptDesk, creditWei: bigint, isLost = false): Promise<string> {
    const id = uuidv7();
    const { nodeId } = nodeKey;
    const digest = 'd'.repeat(64);
    const jobs = new JobStore(this.db);
    await jobs.insert({
      ...{ id, buyer_id: this.#buyer, endpoint: 'completions', kind: 'text.generate', model_digest: digest },
      ...{ model_id: 'm', request_hash: 'r', idempotency_key: null, created_at: new Date() },
      input: { inline: new Uint8Array() },
    });
    const output = textOutput({ pieces: ['a', 'b'] });
    const payload = { inline: new TextEncoder().encode(id) };
    const offer = offerOf(id, digest);
    const times = { startedAtMs: Date.now() - 10, finishedAtMs: Date.now() };
    const signed = desk.sign({ offer, output, payload, ...times });
    const receipt = this.#office.rowOf(id, signed, payload);
    const usage = {
      ...{ job_id: id, buyer_id: this.#buyer, node_id: nodeId, model_digest: digest },
      ...{ kind: 'text.generate' as const, prompt_tokens: 3, completion_tokens: 2, run_ms: 5 },
      ...{ finished_at: new Date(), credit_wei: String(creditWei) },
    };
    const charge = jobCharge({ buyerId: this.#buyer, nodeId, creditWei }, DEFAULT_FEE_SPLIT);
    await jobs.finish(payload, 1, usage, charge, receipt);
    const credit = receipt && (await this.#office.countersign({ usage, attempt: 1, receipt }));
    if (!isLost) {
      desk.acknowledged({
        ...{ type: 'acknowledge', jobId: id, attempt: 1, creditWei: String(creditWei) },
        ...(credit === undefined ? {} : { credit }),
      });
    }
    return id;
  }

  async nameAddress(nodeId: string, address: string): Promise<void> {
    const named = {
      node_id: nodeId,
      issued_at_ms: Date.now(),
      address: address.toLowerCase(),
      signature: '0x',
    };
    await this.db.insertInto('payout_addresses').values(named).execute();
  }

  /** @returns the number of the epoch, whose root pays from now on. */
  async freezeEpoch(): Promise<number> {
    const epochs = new EpochStore(this.db);
    const number = await epochs.freeze(new Date(), 60_000, WEIGHTS);
    if (number === undefined) throw new Error('There is nothing to pay.');
    const tree = await new RewardTrees(epochs).of(number);
    await epochs.setRoot(number, tree.root, tree.promisedWei);
    await epochs.markLive(number);
    return number;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.db.destroy();
  }

  async #proofOf(address: string): Promise<RewardProof | undefined> {
    const epochs = new EpochStore(this.db);
    const live = await epochs.newestLive();
    if (live === undefined) return undefined;
    const tree = await new RewardTrees(epochs).of(live.number);
    const found = tree.proofOf(address);
    if (found === undefined) return undefined;
    return {
      epoch: live.number,
      cumulative: String(found.cumulativeWei),
      proof: found.proof,
      root: tree.root,
    };
  }
}

async function officeOver(db: Database, keyFile: string): Promise<ReceiptOffice> {
  return new ReceiptOffice({ store: new ReceiptStore(db), key: await openReceiptKey(keyFile), log });
}

function offerOf(jobId: string, digest: string): Offer {
  return {
    ...{ type: 'offer', jobId, attempt: 1, kind: 'text.generate', model: { id: 'm', digest } },
    ...{ input: { inline: new Uint8Array() }, answerWithinMs: 1, leaseSeconds: 1, wallSeconds: 1 },
  };
}
