import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { logsPageSchema, logsQuerySchema } from '../../../shared/local-api.ts';
import { readLastLogLines } from '../../log-reader.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

export function logRoutes({ dataFolder }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/logs',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'The last lines of the log, oldest first; each is JSON',
          querystring: logsQuerySchema,
          response: answers(logsPageSchema),
        },
      },
      (request) => ({ lines: readLastLogLines(dataFolder, request.query.lines) }),
    );
    done();
  };
}
