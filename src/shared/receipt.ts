import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { type StructToSign, structDigest } from './chain/struct-digest.ts';
import { structSigner } from './chain/struct-signature.ts';
import {
  gatewayNameSchema,
  jobIdSchema,
  nodeIdSchema,
  signatureSchema,
  timeMsSchema,
} from './job-protocol.ts';
import { sha256Schema } from './model-manifest.ts';
import { taskKindSchema } from './task.ts';
import { weiSchema } from './wei.ts';

/**
 * What a node did for a job, signed by its key, and what the gateway credits for it, signed by the gateway's receipt
 * key. Neither has anything of what was asked or answered but the SHA-256 of the result. `docs/receipts.md` says more.
 */
const RECEIPT_DOMAIN = { name: 'Gata receipt', version: '1' };

const RECEIPT_FIELDS = [
  { name: 'jobId', type: 'string' },
  { name: 'attempt', type: 'uint256' },
  { name: 'nodeId', type: 'address' },
  { name: 'gateway', type: 'string' },
  { name: 'kind', type: 'string' },
  { name: 'modelDigest', type: 'bytes32' },
  { name: 'promptTokens', type: 'uint256' },
  { name: 'completionTokens', type: 'uint256' },
  { name: 'resultHash', type: 'bytes32' },
  { name: 'startedAtMs', type: 'uint256' },
  { name: 'finishedAtMs', type: 'uint256' },
] as const;

const CREDIT_FIELDS = [
  { name: 'receipt', type: 'bytes32' },
  { name: 'creditWei', type: 'uint256' },
  { name: 'creditedAtMs', type: 'uint256' },
] as const;

const receiptFactsSchema = z.object({
  jobId: jobIdSchema,
  attempt: z.int().positive(),
  nodeId: nodeIdSchema,
  gateway: gatewayNameSchema,
  kind: taskKindSchema,
  modelDigest: sha256Schema,
  /** As the gateway charges them: `task-usage.ts`. */
  promptTokens: z.int().nonnegative(),
  completionTokens: z.int().nonnegative(),
  /** SHA-256 of the encoded output. */
  resultSha256: sha256Schema,
  /** When the run began and ended, by the node's clock. */
  startedAtMs: timeMsSchema,
  finishedAtMs: timeMsSchema,
});
export type ReceiptFacts = z.infer<typeof receiptFactsSchema>;

/** Signed by both sides. */
export const receiptSchema = receiptFactsSchema.extend({
  nodeSignature: signatureSchema,
  creditWei: weiSchema,
  /** When the gateway entered the credit, by its clock. */
  creditedAtMs: timeMsSchema,
  gatewaySignature: signatureSchema,
});
export type Receipt = z.infer<typeof receiptSchema>;

/** `GET /v1/receipt-key` of a gateway: the address of the key that signs its credits. */
export const receiptKeySchema = z.object({ address: nodeIdSchema });

/** Jobs that can be asked for at once. */
export const RECEIPTS_AT_ONCE = 50;

/** `GET /v1/nodes/me/receipts?jobs=a,b`: the receipts of these jobs, of those that the node has any for. */
export const receiptsQuerySchema = z.object({
  jobs: z
    .string()
    .transform((ids) => ids.split(','))
    .pipe(z.array(jobIdSchema).min(1).max(RECEIPTS_AT_ONCE)),
});
export const receiptsSchema = z.object({ receipts: z.array(receiptSchema).max(RECEIPTS_AT_ONCE) });

/** The struct that the node signs. */
export function receiptStruct(facts: ReceiptFacts): StructToSign {
  return {
    domain: RECEIPT_DOMAIN,
    type: 'Receipt',
    fields: RECEIPT_FIELDS,
    values: {
      ...{ jobId: facts.jobId, attempt: facts.attempt, nodeId: facts.nodeId, gateway: facts.gateway },
      ...{ kind: facts.kind, modelDigest: `0x${facts.modelDigest}` },
      ...{ promptTokens: facts.promptTokens, completionTokens: facts.completionTokens },
      ...{ resultHash: `0x${facts.resultSha256}` },
      ...{ startedAtMs: facts.startedAtMs, finishedAtMs: facts.finishedAtMs },
    },
  };
}

/** The struct that the gateway signs: the node's by its hash, and the credit for it. */
export function creditStruct(
  facts: ReceiptFacts,
  { creditWei, creditedAtMs }: Pick<Receipt, 'creditWei' | 'creditedAtMs'>,
): StructToSign {
  const receipt = `0x${bytesToHex(structDigest(receiptStruct(facts)))}`;
  return {
    domain: RECEIPT_DOMAIN,
    type: 'Credit',
    fields: CREDIT_FIELDS,
    values: { receipt, creditWei, creditedAtMs },
  };
}

/** The address, lower case, of the gateway's key that signed; undefined when that or the node's signature is not one. */
export function receiptSigner(receipt: Receipt): string | undefined {
  if (structSigner(receiptStruct(receipt), receipt.nodeSignature) !== receipt.nodeId) return undefined;
  return structSigner(creditStruct(receipt, receipt), receipt.gatewaySignature);
}
