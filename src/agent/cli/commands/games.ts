import { Command } from 'commander';
import { type GamesPage, gamesPageSchema } from '../../../shared/local-api.ts';
import { settingsSchema } from '../../../shared/settings.ts';
import { contextOf } from '../command-context.ts';
import { localTime } from '../status-text.ts';

export function gamesCommand(): Command {
  const games = new Command('games')
    .description('games that run now, and your own lists')
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const page = await client.get('/v1/games', gamesPageSchema);
      print(page, () => gamesText(page));
    });
  games.addCommand(
    listCommand('include', 'exclude').description('count a program (file name or path) as a game'),
  );
  games.addCommand(listCommand('exclude', 'include').description('never count a program as a game'));
  return games;
}

/** Adds a program to one list and takes it off the other, where it would contradict. */
function listCommand(list: 'include' | 'exclude', other: 'include' | 'exclude'): Command {
  return new Command(list)
    .argument('<program>')
    .action(async (program: string, _options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const { games } = await client.get('/v1/settings', settingsSchema);
      const isOther = (entry: string) => entry.toLowerCase() !== program.trim().toLowerCase();
      const settings = await client.send('PATCH', '/v1/settings', settingsSchema, {
        games: {
          [list]: [...games[list].filter(isOther), program.trim()],
          [other]: games[other].filter(isOther),
        },
      });
      print(settings.games, () => `${list}: ${settings.games[list].join(', ')}`);
    });
}

function gamesText({ running, builtIn, include, exclude }: GamesPage): string {
  const lines = running.map(
    ({ name, pid, since, why }) => `${name} (pid ${pid}) since ${localTime(since)}: ${why}`,
  );
  return [
    ...(lines.length === 0 ? ['No game is running.'] : lines),
    `Built-in list: ${builtIn.length} games`,
    `Your games: ${include.join(', ') || 'none'}`,
    `Never games: ${exclude.join(', ') || 'none'}`,
  ].join('\n');
}
