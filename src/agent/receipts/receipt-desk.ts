import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { DownMessage, JobAttempt, NodeReceipt, Offer, Payload } from '../../shared/job-protocol.ts';
import { type Receipt, type ReceiptFacts, receiptSigner } from '../../shared/receipt.ts';
import type { TaskOutput } from '../../shared/task.ts';
import { usageOf } from '../../shared/task-usage.ts';
import type { NodeKey } from '../identity/node-key.ts';
import type { ReceiptLog } from './receipt-log.ts';

/** A job whose run is over, as it is handed in. */
export interface DoneJob {
  readonly offer: Offer;
  readonly output: TaskOutput;
  /** The output as the gateway gets it. */
  readonly payload: Payload;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

export interface ReceiptDeskOptions {
  readonly nodeKey: NodeKey;
  readonly log: ReceiptLog;
  /** What the gateway calls itself; undefined until it said so. */
  readonly gateway: () => string | undefined;
  readonly logger: Logger;
}

/** More than the results that wait for an acknowledgement. */
const UNCONFIRMED_LIMIT = 64;

type Acknowledgement = Extract<DownMessage, { type: 'acknowledge' }>;

/** Signs what was done when it is handed in, and keeps it when the gateway has signed too. */
export class ReceiptDesk implements AsyncDisposable {
  readonly #options: ReceiptDeskOptions;
  /** By job and attempt, oldest first. */
  readonly #unconfirmed = new Map<string, Omit<Receipt, 'creditWei' | 'creditedAtMs' | 'gatewaySignature'>>();
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: ReceiptDeskOptions) {
    this.#options = options;
  }

  /** @returns what goes with the result; undefined when no gateway is known. */
  sign({ offer, output, payload, startedAtMs, finishedAtMs }: DoneJob): NodeReceipt | undefined {
    const { nodeKey } = this.#options;
    const gateway = this.#options.gateway();
    if (gateway === undefined) return undefined;
    const { promptTokens, completionTokens } = usageOf(output);
    const facts: ReceiptFacts = {
      ...{ jobId: offer.jobId, attempt: offer.attempt, nodeId: nodeKey.nodeId, gateway, kind: offer.kind },
      ...{ modelDigest: offer.model.digest, promptTokens, completionTokens },
      resultSha256: 'inline' in payload ? sha256(payload.inline) : payload.blob,
      ...{ startedAtMs, finishedAtMs },
    };
    const signature = nodeKey.signReceipt(facts);
    this.#unconfirmed.set(keyOf(offer), { ...facts, nodeSignature: signature });
    const [oldest] = this.#unconfirmed.keys();
    if (this.#unconfirmed.size > UNCONFIRMED_LIMIT && oldest !== undefined) this.#unconfirmed.delete(oldest);
    return { gateway, startedAtMs, finishedAtMs, signature };
  }

  /** The gateway has the result. What it signed is checked and kept when there is time. */
  acknowledged(message: Acknowledgement): void {
    const { creditWei, credit } = message;
    const facts = this.#unconfirmed.get(keyOf(message));
    this.#unconfirmed.delete(keyOf(message));
    if (facts === undefined || creditWei === undefined || credit === undefined) return;
    const { creditedAtMs, signature } = credit;
    const receipt = { ...facts, creditWei, creditedAtMs, gatewaySignature: signature };
    this.#keeping = this.#keeping.then(async () => {
      await this.#keep(receipt);
    });
  }

  /** Checks receipts that the gateway handed out later, and keeps those that are good. @returns those. */
  async takeAll(receipts: readonly Receipt[]): Promise<Receipt[]> {
    const taken: Receipt[] = [];
    for (const receipt of receipts) if (await this.#keep(receipt)) taken.push(receipt);
    return taken;
  }

  /** Resolves when what was acknowledged is on the disk. */
  async settled(): Promise<void> {
    await this.#keeping;
    await this.#options.log.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settled();
  }

  async #keep(receipt: Receipt): Promise<boolean> {
    const { nodeKey, log, logger } = this.#options;
    // Checking takes milliseconds: whatever is about jobs goes first.
    await turn();
    const signer = receipt.nodeId === nodeKey.nodeId ? receiptSigner(receipt) : undefined;
    if (signer === undefined) {
      logger.warn({ jobId: receipt.jobId }, 'The gateway sent a receipt that is not signed as it says.');
      return false;
    }
    await log.keep(receipt, signer);
    return true;
  }
}

function keyOf({ jobId, attempt }: JobAttempt): string {
  return `${jobId}/${attempt}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
