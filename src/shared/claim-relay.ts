import { z } from 'zod';
import { weiSchema } from './wei.ts';

/**
 * The gateway sends claims for accounts and pays their fees. It is not trusted: anybody may claim for anybody, the
 * contract pays only the account, and the wallet looks at the chain whether it happened.
 */

/** `GET /v1/rewards/{address}/relay` */
export const claimRelayOfferSchema = z.object({
  offered: z.boolean(),
  /** Why not, in a sentence; null when it is offered. */
  reason: z.string().nullable(),
  /** Less is not relayed. */
  minimumWei: weiSchema,
});
export type ClaimRelayOffer = z.infer<typeof claimRelayOfferSchema>;

/** `POST /v1/rewards/{address}/relay`: once for each `cumulative`; the same again tells how far it is. */
export const claimRelayRequestSchema = z.strictObject({
  /** Of the account's leaf in the live root. */
  cumulative: weiSchema,
  /** The account's signature of `ClaimAndStake`, to stake what is claimed; null: pay it out. */
  stake: z
    .strictObject({
      /** Unix seconds. */
      deadline: z.int().positive(),
      signature: z.string().regex(/^0x[0-9a-f]{130}$/),
    })
    .nullable(),
});
export type ClaimRelayRequest = z.infer<typeof claimRelayRequestSchema>;

export const claimRelayStateSchema = z.object({
  state: z.enum(['waiting', 'sent', 'done', 'refused']),
  transactionHash: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .nullable(),
  /** Why it waits or was refused, in a sentence. */
  detail: z.string().nullable(),
});
export type ClaimRelayState = z.infer<typeof claimRelayStateSchema>;
