import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { GataError } from '../../../shared/gata-error.ts';
import { gpuUuidSchema } from '../../../shared/gpu.ts';
import { gpuHistoryQuerySchema, gpuHistorySchema, gpusPageSchema } from '../../../shared/local-api.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

export function gpuRoutes({ gpus }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/gpus',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'NVIDIA graphics cards: readings, limits and what holds them',
          response: answers(gpusPageSchema),
        },
      },
      () => gpus.page(),
    );
    app.get(
      '/v1/gpus/:uuid/history',
      {
        config: { scope: 'read' },
        schema: {
          summary: "A card's latest readings in columns, oldest first",
          params: z.object({ uuid: gpuUuidSchema }),
          querystring: gpuHistoryQuerySchema,
          response: answers(gpuHistorySchema),
        },
      },
      ({ params, query }) => {
        const history = gpus.history(params.uuid, query.seconds);
        if (history === undefined) {
          throw new GataError(
            'not-found',
            `There is no graphics card ${params.uuid}. GET /v1/gpus lists them.`,
          );
        }
        return history;
      },
    );
    app.post(
      '/v1/gpu-helper',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Installs the privileged helper; the system asks the user for permission',
          response: answers(gpusPageSchema),
        },
      },
      async () => {
        await gpus.installHelper();
        return gpus.page();
      },
    );
    app.delete(
      '/v1/gpu-helper',
      {
        config: { scope: 'ui' },
        schema: { summary: 'Removes the privileged helper', response: answers(gpusPageSchema) },
      },
      async () => {
        await gpus.removeHelper();
        return gpus.page();
      },
    );
    done();
  };
}
