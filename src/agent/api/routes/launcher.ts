import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { GataError } from '../../../shared/gata-error.ts';
import {
  launcherNameSchema,
  launchersPageSchema,
  launcherTokenRequestSchema,
  launcherTokenSchema,
} from '../../../shared/launcher.ts';
import type { LauncherTokens } from '../../launcher/launcher-tokens.ts';
import { answers, answersNothing } from './answers.ts';

const params = z.object({ name: launcherNameSchema });

export function launcherRoutes({ launchers }: { launchers: LauncherTokens }): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/launchers',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'Who started the agent, and the launchers that have a token of their own',
          response: answers(launchersPageSchema),
        },
      },
      () => launchers.page(),
    );
    app.post(
      '/v1/launchers',
      {
        config: { scope: 'launcher' },
        schema: {
          summary: "A launcher's own token, valid until the agent closes",
          body: launcherTokenRequestSchema,
          response: answers(launcherTokenSchema),
        },
      },
      (request) => launchers.issue(request.body.name),
    );
    app.delete(
      '/v1/launchers/:name',
      {
        config: { scope: 'ui' },
        schema: {
          summary: "End a launcher's tokens, and give it none until the agent restarts",
          params,
          response: answersNothing(),
        },
      },
      (request, reply) => {
        if (!launchers.revoke(request.params.name)) {
          throw new GataError('not-found', `No launcher named ${request.params.name} has a token.`);
        }
        reply.code(204).send(null);
      },
    );
    done();
  };
}
