import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { addModelRequestSchema, modelsPageSchema, modelViewSchema } from '../../../shared/local-api.ts';
import { sha256Schema } from '../../../shared/model-manifest.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers, answersNothing } from './answers.ts';

export function modelRoutes({ models }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/models',
      {
        config: { scope: 'read' },
        schema: { summary: 'The models on this machine', response: answers(modelsPageSchema) },
      },
      () => ({ models: models.list() }),
    );
    app.post(
      '/v1/models',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Add a model from Hugging Face or from a folder',
          body: addModelRequestSchema,
          response: answers(modelViewSchema),
        },
      },
      (request) => models.add(request.body.source),
    );
    app.delete(
      '/v1/models/:digest',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Remove a model from this machine',
          params: z.object({ digest: sha256Schema }),
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        await models.remove(request.params.digest);
        return reply.code(204).send(null);
      },
    );
    done();
  };
}
