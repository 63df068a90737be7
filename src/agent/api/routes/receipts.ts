import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import {
  comparedSchema,
  receiptsPageQuerySchema,
  receiptsPageSchema,
  trustedKeySchema,
} from '../../../shared/receipt-page.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

/** What both sides signed for jobs, and whether the gateway's statements are the same. */
export function receiptRoutes({ receipts }: ApiParts): FastifyPluginCallbackZod {
  const { log, review } = receipts;
  return (app, _options, done) => {
    app.get(
      '/v1/wallet/receipts',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Receipts of jobs, signed by this node and by the gateway, oldest first',
          querystring: receiptsPageQuerySchema,
          response: answers(receiptsPageSchema),
        },
      },
      async ({ query }) => {
        const page = await log.read(query.after, query.limit);
        const totals = await log.totals();
        return {
          ...page,
          total: totals.receipts,
          totalWei: String(totals.creditWei),
          statements: review.view,
        };
      },
    );
    app.post(
      '/v1/wallet/receipts/compare',
      {
        config: { scope: 'ui' },
        schema: {
          summary: "Compare the receipts with the gateway's statements now",
          response: answers(comparedSchema),
        },
      },
      async () => {
        await review.refresh();
        return { statements: review.view };
      },
    );
    app.post(
      '/v1/wallet/receipts/trust-key',
      {
        config: { scope: 'ui' },
        schema: {
          summary: "Expect the key that the gateway's credits are signed with now",
          response: answers(trustedKeySchema),
        },
      },
      async () => ({ address: await review.trustKey() }),
    );
    done();
  };
}
