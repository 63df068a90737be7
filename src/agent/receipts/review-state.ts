import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { nodeIdSchema } from '../../shared/job-protocol.ts';
import { weiSchema } from '../../shared/wei.ts';
import { writePrivateFile } from '../private-file.ts';

const FILE_NAME = 'review.json';
const DIFFERING_LIMIT = 100;
const PAYMENTS_LIMIT = 32;

const paymentSchema = z.object({
  /** The epoch whose root pays it. */
  epoch: z.int().positive(),
  /** Lower case. */
  address: z.string(),
  wei: weiSchema,
});

const gatewayReviewSchema = z.object({
  /** The key that signed at first sight, and those that the user trusted since. */
  keys: z.array(nodeIdSchema),
  /** Epochs up to this one were compared. */
  reviewed: z.int().nonnegative(),
  /** The newest of them, which are asked for again when a receipt is in none of the others. */
  recent: z.array(z.int().positive()).max(3),
  /** Those that differed, and are looked at again. */
  differing: z.array(z.int().positive()).max(DIFFERING_LIMIT),
  /** What epochs gave to addresses; older ones of an address are put together. */
  payments: z.array(paymentSchema),
  /** Rewards that no address got: their sum, and the newest of those epochs. */
  unpaid: z.object({ newest: z.int().positive(), wei: weiSchema }).nullable(),
});
export type GatewayReview = z.infer<typeof gatewayReviewSchema>;

const fileSchema = z.object({ version: z.literal(1), gateways: z.record(z.string(), gatewayReviewSchema) });

const NEW_REVIEW: GatewayReview = {
  ...{ keys: [], reviewed: 0, recent: [], differing: [], payments: [], unpaid: null },
};

/** How far each gateway's statements were compared, in a file that only the user can read. */
export class ReviewState {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #gateways: Map<string, GatewayReview>;

  constructor(folder: string, logger: Logger) {
    this.#path = join(folder, FILE_NAME);
    this.#logger = logger;
    this.#gateways = new Map(Object.entries(this.#load()));
  }

  of(gateway: string): GatewayReview {
    return this.#gateways.get(gateway) ?? NEW_REVIEW;
  }

  /** @throws GataError `disk-full` or `data-folder-unusable`. */
  set(gateway: string, review: GatewayReview): void {
    if (JSON.stringify(this.of(gateway)) === JSON.stringify(review)) return;
    const gateways = { ...Object.fromEntries(this.#gateways), [gateway]: review };
    writePrivateFile(this.#path, JSON.stringify({ version: 1, gateways }));
    this.#gateways.set(gateway, review);
  }

  /** A damaged file is forgotten: all epochs are compared again. */
  #load(): Record<string, GatewayReview> {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).gateways;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
        this.#logger.warn({ err: error }, 'How far statements were compared is not known; it is done again.');
      }
      return {};
    }
  }
}

/** An epoch as it was compared now. */
export interface ReviewedEpoch {
  readonly number: number;
  readonly differs: boolean;
  /** 0: nothing to pay. */
  readonly rewardWei: bigint;
  /** Lower case; null: no address got it yet. */
  readonly paidTo: { readonly address: string; readonly epoch: number } | null;
}

/** What the next review needs to know of the epochs that were compared now. */
export function advance(review: GatewayReview, epochs: readonly ReviewedEpoch[]): GatewayReview {
  const sorted = epochs.toSorted((a, b) => a.number - b.number);
  let { unpaid } = review;
  const payments = [...review.payments];
  const differing = new Set(review.differing);
  for (const { number, differs, rewardWei, paidTo } of sorted) {
    if (differs) differing.add(number);
    else differing.delete(number);
    if (unpaid !== null && number === unpaid.newest && paidTo !== null) {
      // An address that is named gets all that waited for one.
      payments.push({ ...paidTo, wei: unpaid.wei });
      unpaid = null;
    }
    if (number <= review.reviewed || rewardWei === 0n) continue;
    if (paidTo !== null) payments.push({ ...paidTo, wei: String(rewardWei) });
    else unpaid = { newest: number, wei: String(BigInt(unpaid?.wei ?? 0) + rewardWei) };
  }
  const numbers = sorted.map(({ number }) => number);
  return {
    keys: review.keys,
    reviewed: Math.max(review.reviewed, ...numbers),
    recent: [...new Set([...review.recent, ...numbers])].sort((a, b) => a - b).slice(-3),
    differing: [...differing].sort((a, b) => a - b).slice(-DIFFERING_LIMIT),
    payments: putTogether(payments),
    unpaid,
  };
}

/** What a root gives an address at least, if it has all that was paid to it up to an epoch. */
export function paidUpTo(review: GatewayReview, address: string, epoch: number): bigint {
  return review.payments
    .filter((payment) => payment.address === address && payment.epoch <= epoch)
    .reduce((sum, { wei }) => sum + BigInt(wei), 0n);
}

function putTogether(payments: readonly z.infer<typeof paymentSchema>[]): z.infer<typeof paymentSchema>[] {
  const sorted = payments.toSorted((a, b) => a.epoch - b.epoch);
  const older = sorted.slice(0, Math.max(0, sorted.length - PAYMENTS_LIMIT));
  const sums = new Map<string, z.infer<typeof paymentSchema>>();
  for (const payment of older) {
    const before = sums.get(payment.address);
    sums.set(payment.address, { ...payment, wei: String(BigInt(before?.wei ?? 0) + BigInt(payment.wei)) });
  }
  return [...sums.values(), ...sorted.slice(older.length)];
}
