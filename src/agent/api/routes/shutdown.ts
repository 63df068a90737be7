import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorBodySchema } from '../../../shared/error-codes.ts';
import type { ApiParts } from '../api-parts.ts';

export function shutdownRoutes({ shutDown }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.post(
      '/v1/shutdown',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Hand the jobs back and exit; answers at once',
          response: { 202: z.null().describe('It has begun'), '4xx': errorBodySchema },
        },
      },
      (_request, reply) => {
        // The answer leaves before the connections are closed.
        reply.raw.on('finish', shutDown);
        reply.code(202).send(null);
      },
    );
    done();
  };
}
