import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { GataError } from '../../../shared/gata-error.ts';
import { jobsPageSchema, jobsQuerySchema, jobViewSchema } from '../../../shared/local-api.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

export function jobRoutes({ compute }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/jobs',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'Jobs of this node, newest first',
          querystring: jobsQuerySchema,
          response: answers(jobsPageSchema),
        },
      },
      (request) => compute.jobs(request.query),
    );
    app.get(
      '/v1/jobs/:id',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'One job',
          params: z.object({ id: z.uuid() }),
          response: answers(jobViewSchema),
        },
      },
      (request) => {
        const job = compute.job(request.params.id);
        if (job === undefined)
          throw new GataError('not-found', `This node knows no job ${request.params.id}.`);
        return job;
      },
    );
    done();
  };
}
