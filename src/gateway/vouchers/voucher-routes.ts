import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorBodySchema } from '../../shared/error-codes.ts';
import { GataError } from '../../shared/gata-error.ts';
import { chainAddressSchema } from '../../shared/network-profile.ts';
import { weiSchema } from '../../shared/wei.ts';
import { bearerToken } from '../bearer-token.ts';
import type { BuyerKeys } from '../buyers/buyer-keys.ts';
import type { BuyerCredit } from './buyer-credit.ts';
import type { VoucherOffice } from './voucher-office.ts';

export interface VoucherRoutesParts {
  readonly keys: BuyerKeys;
  readonly credit: BuyerCredit;
  /** undefined: the gateway settles on no chain. */
  readonly office: VoucherOffice | undefined;
}

/** Each asks the chain. */
const VOUCHERS_A_MINUTE = 60;

const requestSchema = z.strictObject({
  /** Whose deposit pays: who signed. */
  buyer: chainAddressSchema,
  /** All that may be charged since the beginning, in wei. */
  cumulative: weiSchema,
  /** EIP-712 of `Voucher` in the escrow's domain. */
  signature: z.string().regex(/^0x([0-9a-fA-F]{2}){1,2048}$/),
});

const answerSchema = z.object({
  /** What to sign: the verifying contract, its chain, and the gateway that the voucher names. */
  escrow: chainAddressSchema,
  chainId: z.int(),
  gateway: chainAddressSchema,
  /** What is left, in wei; negative: owed. */
  balanceWei: z.string().regex(/^-?\d{1,78}$/),
  vouchers: z.array(
    z.object({
      buyer: chainAddressSchema,
      cumulative: weiSchema,
      /** Of it, what the chain has charged for good. */
      chargedWei: weiSchema,
    }),
  ),
});

const documented = {
  tags: ['buyers'],
  security: [{ apiKey: [] }],
  response: { 200: answerSchema, default: errorBodySchema },
};

/** How buyers pay: by vouchers for their deposit on the chain. */
export const voucherRoutes =
  ({ keys, credit, office }: VoucherRoutesParts): FastifyPluginAsyncZod =>
  async (app) => {
    const answer = async (buyerId: string): Promise<z.infer<typeof answerSchema>> => {
      const vouchers = await required(office).ofBuyer(buyerId);
      return {
        ...required(office).terms,
        balanceWei: String(await credit.balanceOf(buyerId)),
        vouchers: vouchers.map((row) => ({
          buyer: row.address,
          cumulative: row.cumulative_wei,
          chargedWei: row.charged_wei,
        })),
      };
    };

    app.get('/v1/buyers/me/voucher', { schema: documented }, async (request) =>
      answer(await keys.authenticate(bearerToken(request.headers.authorization))),
    );

    app.put(
      '/v1/buyers/me/voucher',
      {
        config: { rateLimit: { max: VOUCHERS_A_MINUTE, timeWindow: '1 minute' } },
        schema: { ...documented, body: requestSchema },
      },
      async (request) => {
        const buyerId = await keys.authenticate(bearerToken(request.headers.authorization));
        const { buyer, cumulative, signature } = request.body;
        await required(office).handIn(buyerId, {
          address: buyer.toLowerCase(),
          cumulativeWei: BigInt(cumulative),
          signature: signature.toLowerCase(),
        });
        return await answer(buyerId);
      },
    );
  };

function required(office: VoucherOffice | undefined): VoucherOffice {
  if (office !== undefined) return office;
  throw new GataError('network-not-configured', 'This gateway settles on no chain, so it takes no vouchers.');
}
