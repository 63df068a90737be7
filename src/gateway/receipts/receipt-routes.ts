import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import { receiptKeySchema, receiptsQuerySchema, receiptsSchema } from '../../shared/receipt.ts';
import { bearerToken } from '../bearer-token.ts';
import type { NodeTokens } from '../nodes/node-tokens.ts';
import type { ReceiptOffice } from './receipt-office.ts';

export interface ReceiptRoutesParts {
  readonly office: ReceiptOffice;
  readonly tokens: NodeTokens;
  readonly clock: Clock;
}

/** Each answer costs up to 50 signatures. */
const ASKED_A_MINUTE = 120;

/** Receipts of both sides, and whose signature they bear. */
export const receiptRoutes =
  ({ office, tokens, clock }: ReceiptRoutesParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/v1/receipt-key',
      { schema: { tags: ['rewards'], response: { 200: receiptKeySchema } } },
      async () => ({ address: office.address }),
    );

    app.get(
      '/v1/nodes/me/receipts',
      {
        config: { rateLimit: { max: ASKED_A_MINUTE, timeWindow: '1 minute' } },
        schema: {
          tags: ['rewards'],
          security: [{ nodeToken: [] }],
          querystring: receiptsQuerySchema,
          response: { 200: receiptsSchema },
        },
      },
      async (request) => {
        const nodeId = await tokens.verify(bearerToken(request.headers.authorization), clock.now());
        if (nodeId === undefined) {
          throw new GataError('unauthorized', 'The session token is not valid or has expired. Enrol again.');
        }
        return { receipts: await office.receiptsOf(nodeId, request.query.jobs) };
      },
    );
  };
