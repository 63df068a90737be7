import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { GataError } from '../../../shared/gata-error.ts';
import { type GamesPage, gameChoiceRequestSchema, gamesPageSchema } from '../../../shared/local-api.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

/** A person does not decide on more; a faulty client might. */
const CHOICES_LIMIT = 10_000;

export function gameRoutes(parts: ApiParts): FastifyPluginCallbackZod {
  const { games, installedGames, pauses, settings } = parts;
  const page = (): GamesPage => {
    const { include, exclude, choices } = settings.current.games;
    return {
      running: [...games.running()],
      installed: installedGames.list().map((game) => ({ ...game, choice: choices[game.id] ?? 'pause' })),
      scanning: installedGames.scanning,
      refusedFolders: [...installedGames.refusedFolders()],
      include,
      exclude,
      pauses: [...pauses.list()],
    };
  };
  return (app, _options, done) => {
    app.get(
      '/v1/games',
      {
        config: { scope: 'read' },
        schema: {
          summary:
            'Games that run, games that are installed, what Gata does about them, and the last pauses for games',
          response: answers(gamesPageSchema),
        },
      },
      page,
    );
    app.post(
      '/v1/games/rescan',
      {
        config: { scope: 'ui' },
        schema: { summary: 'Looks for installed games again', response: answers(gamesPageSchema) },
      },
      async () => {
        await installedGames.rescan();
        return page();
      },
    );
    app.put(
      '/v1/games/choices',
      {
        config: { scope: 'ui' },
        schema: {
          summary: "The user's word on one game or program; null takes it back",
          body: gameChoiceRequestSchema,
          response: answers(gamesPageSchema),
        },
      },
      ({ body: { key, choice } }) => {
        const { [key]: _former, ...others } = settings.current.games.choices;
        if (choice !== null && Object.keys(others).length >= CHOICES_LIMIT) {
          throw new GataError('invalid-request', 'There are 10,000 choices already; take some back first.');
        }
        settings.update({ games: { choices: choice === null ? others : { ...others, [key]: choice } } });
        return page();
      },
    );
    done();
  };
}
