import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { GataError } from '../../../shared/gata-error.ts';
import { sha256Schema } from '../../../shared/model-manifest.ts';
import type { ApiParts } from '../api-parts.ts';
import { answersNothing } from './answers.ts';

/** What is in quarantine is part of the status. */
export function quarantineRoutes({ compute }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.delete(
      '/v1/quarantine/:digest',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Try a model again that broke workers',
          params: z.object({ digest: sha256Schema }),
          response: answersNothing(),
        },
      },
      (request, reply) => {
        if (!compute.retryModel(request.params.digest)) {
          throw new GataError('not-found', 'This model is not in quarantine.');
        }
        reply.code(204).send(null);
      },
    );
    done();
  };
}
