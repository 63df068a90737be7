import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { healthSchema } from '../../../shared/local-api.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

export function healthRoutes({ version }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/health',
      {
        config: { scope: 'public' },
        schema: { summary: 'That the agent answers', response: answers(healthSchema) },
      },
      () => ({ status: 'ok' as const, version }),
    );
    done();
  };
}
