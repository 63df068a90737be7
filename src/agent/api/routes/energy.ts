import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { energyPageSchema, energyQuerySchema } from '../../../shared/local-api.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

export function energyRoutes({ energy }: Pick<ApiParts, 'energy'>): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/energy',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'Electricity and earnings by local day, newest first',
          querystring: energyQuerySchema,
          response: answers(energyPageSchema),
        },
      },
      (request) => energy.page(request.query.days),
    );
    done();
  };
}
