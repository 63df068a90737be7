import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { statusSchema } from '../../../shared/local-api.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

export function statusRoutes({ status }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/status',
      {
        config: { scope: 'read' },
        schema: { summary: 'What Gata does now, and why', response: answers(statusSchema) },
      },
      () => status.current(),
    );
    done();
  };
}
