import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  claimRelayOfferSchema,
  claimRelayRequestSchema,
  claimRelayStateSchema,
} from '../../shared/claim-relay.ts';
import { chainAddressSchema } from '../../shared/network-profile.ts';
import type { ClaimRelay } from './claim-relay.ts';

const OFF = 'This gateway does not send claims.';
const OFFERS_A_MINUTE = 120;
/** Each new one asks the chain. */
const REQUESTS_A_MINUTE = 60;

const params = z.object({ address: chainAddressSchema });
/** By address alone: no key is needed, so a made-up one must not count as another caller. */
const limited = (max: number) => ({
  rateLimit: { max, timeWindow: '1 minute', keyGenerator: (request: { ip: string }) => request.ip },
});

/** Claims that the gateway sends and pays for. @param relay undefined: the operator did not switch it on. */
export const relayRoutes =
  (relay: ClaimRelay | undefined): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['rewards'];

    app.get(
      '/v1/rewards/:address/relay',
      {
        config: limited(OFFERS_A_MINUTE),
        schema: { tags, params, response: { 200: claimRelayOfferSchema } },
      },
      async (request) => {
        if (relay === undefined) return { offered: false, reason: OFF, minimumWei: '0' };
        return await relay.offer(request.params.address.toLowerCase());
      },
    );

    app.post(
      '/v1/rewards/:address/relay',
      {
        config: limited(REQUESTS_A_MINUTE),
        schema: { tags, params, body: claimRelayRequestSchema, response: { 200: claimRelayStateSchema } },
      },
      async (request) => {
        if (relay === undefined) return { state: 'refused' as const, transactionHash: null, detail: OFF };
        return await relay.request(request.params.address.toLowerCase(), request.body);
      },
    );
  };
