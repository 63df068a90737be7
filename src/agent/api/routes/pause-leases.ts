import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { GataError } from '../../../shared/gata-error.ts';
import {
  pauseLeaseIdSchema,
  pauseLeaseRequestSchema,
  pauseLeaseSchema,
  pauseLeasesPageSchema,
} from '../../../shared/local-api.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers, answersNothing } from './answers.ts';

const params = z.object({ id: pauseLeaseIdSchema });

export function pauseLeaseRoutes({ policy }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/pause-leases',
      {
        config: { scope: 'read' },
        schema: { summary: 'The pause leases held', response: answers(pauseLeasesPageSchema) },
      },
      () => ({ leases: [...policy.leases] }),
    );
    app.put(
      '/v1/pause-leases/:id',
      {
        config: { scope: 'launcher' },
        schema: {
          summary: 'Take or renew a pause lease; answers when no job runs any more',
          params,
          body: pauseLeaseRequestSchema,
          response: answers(pauseLeaseSchema),
        },
      },
      (request) => policy.putLease(request.params.id, request.body),
    );
    app.delete(
      '/v1/pause-leases/:id',
      {
        config: { scope: 'launcher' },
        schema: { summary: 'End a pause lease', params, response: answersNothing() },
      },
      (request, reply) => {
        if (!policy.deleteLease(request.params.id)) {
          throw new GataError(
            'not-found',
            `There is no pause lease ${request.params.id}; it may have ended.`,
          );
        }
        reply.code(204).send(null);
      },
    );
    done();
  };
}
