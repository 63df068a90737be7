import { z } from 'zod';

/** Shapes of the answers of the Ethereum JSON-RPC API that the wallet reads. Everything else in them is left out. */
export const quantitySchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/)
  .transform((text) => BigInt(text));

export const countSchema = quantitySchema.transform(Number).pipe(z.int().nonnegative());

const hashSchema = z.string().regex(/^0x[0-9a-f]{64}$/);

export const hexDataSchema = z.string().regex(/^0x([0-9a-fA-F]{2})*$/);

export const blockSchema = z.object({ hash: hashSchema, number: countSchema, timestamp: countSchema });

export const receiptSchema = z.object({
  transactionHash: hashSchema,
  blockHash: hashSchema,
  blockNumber: countSchema,
  /** 1: done; 0: reverted, with its fee paid. */
  status: countSchema.pipe(z.union([z.literal(0), z.literal(1)])),
  gasUsed: quantitySchema,
  effectiveGasPrice: quantitySchema.default(0n),
  logs: z
    .array(z.object({ address: z.string(), topics: z.array(hashSchema), data: hexDataSchema }))
    .max(10_000),
});
export type Receipt = z.infer<typeof receiptSchema>;
