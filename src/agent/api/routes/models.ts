import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { addModelRequestSchema, modelsPageSchema, modelViewSchema } from '../../../shared/local-api.ts';
import { sha256Schema } from '../../../shared/model-manifest.ts';
import { catalogueViewSchema } from '../../../shared/model-trust.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers, answersNothing } from './answers.ts';

const digestParams = z.object({ digest: sha256Schema });

export function modelRoutes({ models, oversight }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/models',
      {
        config: { scope: 'read' },
        schema: { summary: 'The models on this machine', response: answers(modelsPageSchema) },
      },
      () => ({ models: models.list(), catalogue: oversight.view() }),
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
          params: digestParams,
          response: answersNothing(),
        },
      },
      async (request, reply) => {
        await models.remove(request.params.digest);
        return reply.code(204).send(null);
      },
    );
    app.put(
      '/v1/models/:digest/permission',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Allow a model that you added by hand and nobody vouches for',
          params: digestParams,
          response: answers(modelViewSchema),
        },
      },
      (request) => oversight.allow(request.params.digest),
    );
    app.delete(
      '/v1/models/:digest/permission',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Take that back',
          params: digestParams,
          response: answers(modelViewSchema),
        },
      },
      (request) => oversight.disallow(request.params.digest),
    );
    app.post(
      '/v1/catalogue/refresh',
      {
        config: { scope: 'ui' },
        schema: {
          summary: "Fetch the network's model catalogue now",
          response: answers(catalogueViewSchema),
        },
      },
      () => oversight.refresh(),
    );
    done();
  };
}
