import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { pauseRequestSchema, statusSchema } from '../../../shared/local-api.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

export function pauseRoutes({ policy, status }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.post(
      '/v1/pause',
      {
        config: { scope: 'ui' },
        schema: {
          summary: "The user's pause; answers when no job runs any more",
          body: pauseRequestSchema,
          response: answers(statusSchema),
        },
      },
      async (request) => {
        await policy.pause(request.body);
        return status.current();
      },
    );
    app.post(
      '/v1/resume',
      {
        config: { scope: 'ui' },
        schema: {
          summary: "Ends the user's pause and the wait after a game; running games and leases still pause",
          response: answers(statusSchema),
        },
      },
      () => {
        policy.resume();
        return status.current();
      },
    );
    done();
  };
}
