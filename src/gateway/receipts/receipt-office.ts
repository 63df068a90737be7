import { createHash } from 'node:crypto';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { structSigner } from '../../shared/chain/struct-signature.ts';
import type { GatewayCredit, JobAttempt, NodeReceipt, Payload } from '../../shared/job-protocol.ts';
import { creditStruct, type Receipt, receiptStruct } from '../../shared/receipt.ts';
import type { NewReceiptRow, NewUsageRow } from '../store/database-schema.ts';
import type { ReceiptKey } from './receipt-key.ts';
import type { ReceiptStore, StoredReceipt } from './receipt-store.ts';

/** The buyer's answer is on its way by then; nobody waits for an acknowledgement. */
const COUNTERSIGN_AFTER_MS = 50;

export interface ReceiptOfficeParts {
  readonly store: ReceiptStore;
  readonly key: ReceiptKey;
  readonly log: Logger;
}

/** What a finished job counted as, and what its node signed for it. */
export interface CountedJob {
  readonly usage: NewUsageRow;
  readonly attempt: number;
  readonly receipt: NewReceiptRow;
}

/**
 * Countersigns what nodes did. What a node signed is kept with the result, unread; signatures are checked and made
 * when nobody waits for the answer any more, and the same receipt comes out whenever it is asked for.
 */
export class ReceiptOffice {
  readonly #parts: ReceiptOfficeParts;
  /** One at a time, with a turn for everything else before each. */
  #signing: Promise<unknown> = Promise.resolve();

  constructor(parts: ReceiptOfficeParts) {
    this.#parts = parts;
  }

  /** The address, lower case, whose signature makes a receipt the gateway's. */
  get address(): string {
    return this.#parts.key.address;
  }

  /** What is written down with a result; undefined when the node signed nothing. */
  rowOf(jobId: string, receipt: NodeReceipt | undefined, output: Payload): NewReceiptRow | undefined {
    if (receipt === undefined) return undefined;
    return {
      job_id: jobId,
      gateway: receipt.gateway,
      started_at_ms: receipt.startedAtMs,
      finished_at_ms: receipt.finishedAtMs,
      result_sha256: 'inline' in output ? sha256(output.inline) : output.blob,
      node_signature: receipt.signature,
    };
  }

  /** For a result that was just written; undefined when its node's signature is not good. */
  async countersign({ usage, attempt, receipt }: CountedJob): Promise<GatewayCredit | undefined> {
    const stored: StoredReceipt = {
      jobId: usage.job_id,
      attempt,
      nodeId: usage.node_id,
      gateway: receipt.gateway,
      kind: usage.kind,
      modelDigest: usage.model_digest,
      promptTokens: usage.prompt_tokens,
      completionTokens: usage.completion_tokens,
      resultSha256: receipt.result_sha256,
      startedAtMs: receipt.started_at_ms,
      finishedAtMs: receipt.finished_at_ms,
      nodeSignature: receipt.node_signature,
      creditWei: usage.credit_wei,
      creditedAtMs: new Date(usage.finished_at).getTime(),
    };
    await sleep(COUNTERSIGN_AFTER_MS);
    return creditOf(await this.#sign(stored));
  }

  /** The same for a result that was written at some time; undefined when that attempt has no receipt. */
  async creditFor(nodeId: string, { jobId, attempt }: JobAttempt): Promise<GatewayCredit | undefined> {
    const [receipt] = await this.receiptsOf(nodeId, [jobId]);
    return receipt?.attempt === attempt ? creditOf(receipt) : undefined;
  }

  /** Of a node, for these jobs, in no order; a job may have none. */
  async receiptsOf(nodeId: string, jobIds: readonly string[]): Promise<Receipt[]> {
    const receipts: Receipt[] = [];
    for (const stored of await this.#parts.store.of(nodeId, jobIds)) {
      const receipt = await this.#sign(stored);
      if (receipt !== undefined) receipts.push(receipt);
    }
    return receipts;
  }

  async #sign(stored: StoredReceipt): Promise<Receipt | undefined> {
    const signed = this.#signing.then(async () => {
      await turn();
      return this.#signNow(stored);
    });
    this.#signing = signed.catch(() => undefined);
    return await signed;
  }

  /** Takes milliseconds. */
  #signNow(stored: StoredReceipt): Receipt | undefined {
    if (structSigner(receiptStruct(stored), stored.nodeSignature) !== stored.nodeId) {
      const { jobId, nodeId } = stored;
      this.#parts.log.warn(
        { jobId, nodeId },
        'a node signed something else than what it did; it gets no receipt',
      );
      return undefined;
    }
    return { ...stored, gatewaySignature: this.#parts.key.sign(creditStruct(stored, stored)) };
  }
}

function creditOf(receipt: Receipt | undefined): GatewayCredit | undefined {
  return receipt && { creditedAtMs: receipt.creditedAtMs, signature: receipt.gatewaySignature };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
