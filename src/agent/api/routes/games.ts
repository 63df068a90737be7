import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { gamesPageSchema } from '../../../shared/local-api.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

export function gameRoutes({ games, builtInGames, settings }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/games',
      {
        config: { scope: 'read' },
        schema: { summary: 'Games that run, and what counts as one', response: answers(gamesPageSchema) },
      },
      () => ({
        running: [...games.running()],
        installed: [],
        scanning: false,
        builtIn: [...builtInGames],
        include: settings.current.games.include,
        exclude: settings.current.games.exclude,
      }),
    );
    done();
  };
}
