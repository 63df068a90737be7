import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { GataError } from '../../../shared/gata-error.ts';
import type { ApiParts } from '../api-parts.ts';
import { answersNothing } from './answers.ts';

export function noticeRoutes({ notices }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.delete(
      '/v1/notices/:id',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'The user has seen the notice',
          params: z.object({ id: z.string().min(1).max(128) }),
          response: answersNothing(),
        },
      },
      (request, reply) => {
        if (!notices.dismiss(request.params.id)) {
          throw new GataError('not-found', `There is no notice ${request.params.id}.`);
        }
        reply.code(204).send(null);
      },
    );
    done();
  };
}
