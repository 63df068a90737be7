import { z } from 'zod';
import { nodeIdSchema } from './job-protocol.ts';
import { receiptSchema } from './receipt.ts';
import { walletOverviewSchema } from './wallet-overview.ts';
import { weiSchema } from './wei.ts';

/** Receipts of one answer. */
const RECEIPTS_PAGE_LIMIT = 1_000;

/** `GET /v1/wallet/receipts` of the agent. */
export const receiptsPageQuerySchema = z.object({
  /** `next` of the page before. */
  after: z
    .string()
    .regex(/^\d{1,9}\.\d{1,9}$/)
    .optional(),
  limit: z.coerce.number().int().min(0).max(RECEIPTS_PAGE_LIMIT).default(RECEIPTS_PAGE_LIMIT),
});

export const receiptsPageSchema = z.object({
  /** Oldest first. */
  receipts: z.array(receiptSchema),
  /** null: there are no more. */
  next: z.string().nullable(),
  /** How many there are in all, and their credits. */
  total: z.int().nonnegative(),
  totalWei: weiSchema,
  statements: walletOverviewSchema.shape.statements,
});

/** `POST /v1/wallet/receipts/compare` */
export const comparedSchema = receiptsPageSchema.pick({ statements: true });

/** `POST /v1/wallet/receipts/trust-key` */
export const trustedKeySchema = z.object({ address: nodeIdSchema });
