import { Argument, Command } from 'commander';
import { type GameChoice, gameChoiceSchema } from '../../../shared/game-choice.ts';
import { GAME_PAUSES_LIMIT } from '../../../shared/game-pause.ts';
import { GataError } from '../../../shared/gata-error.ts';
import { type GamesPage, gamesPageSchema } from '../../../shared/local-api.ts';
import { settingsSchema } from '../../../shared/settings.ts';
import { contextOf } from '../command-context.ts';
import { pausesText } from '../game-pauses-text.ts';
import { localTime } from '../status-text.ts';

const PAUSES_SHOWN = 10;

export function gamesCommand(): Command {
  const games = new Command('games')
    .description('games that run now, the last pauses for games, and your own lists')
    .option('--all', `the last ${GAME_PAUSES_LIMIT} pauses, not the last ${PAUSES_SHOWN}`)
    .action(async ({ all }: { all?: boolean }, command: Command) => {
      const { client, print } = contextOf(command);
      const page = await client.get('/v1/games', gamesPageSchema);
      print(page, () =>
        [gamesText(page), pausesText(page.pauses, all ? GAME_PAUSES_LIMIT : PAUSES_SHOWN)].join('\n'),
      );
    });
  games.addCommand(
    listCommand('include', 'exclude').description('count a program (file name or path) as a game'),
  );
  games.addCommand(installedCommand());
  games.addCommand(chooseCommand());
  games.addCommand(listCommand('exclude', 'include').description('never count a program as a game'));
  return games;
}

function installedCommand(): Command {
  return new Command('installed')
    .description('games that the stores have installed, and what Gata does while they run')
    .option('--rescan', 'look through the stores again first')
    .action(async ({ rescan }: { rescan?: boolean }, command: Command) => {
      const { client, print } = contextOf(command);
      const page = rescan
        ? await client.send('POST', '/v1/games/rescan', gamesPageSchema)
        : await client.get('/v1/games', gamesPageSchema);
      print(page.installed, () =>
        page.installed.length === 0
          ? 'No installed game was found.'
          : page.installed.map(({ id, title, choice }) => `${choice.padEnd(6)} ${title} (${id})`).join('\n'),
      );
    });
}

function chooseCommand(): Command {
  return new Command('choose')
    .description(
      'what Gata does while a game runs: pause, share (go on slowly), ignore; forget takes it back',
    )
    .argument('<game>', "an installed game's id or title, or a program's path")
    .addArgument(new Argument('<choice>').choices([...gameChoiceSchema.options, 'forget']))
    .action(async (game: string, choice: GameChoice | 'forget', _options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const key = keyOf(game, await client.get('/v1/games', gamesPageSchema));
      const page = await client.send('PUT', '/v1/games/choices', gamesPageSchema, {
        key,
        choice: choice === 'forget' ? null : choice,
      });
      print({ key, choice, running: page.running }, () => `${key}: ${choice}`);
    });
}

/** @throws GataError `invalid-request` when the name fits several games, or none and is no path. */
function keyOf(name: string, { installed, running, pauses }: GamesPage): string {
  const known = [
    ...installed.map(({ id, title }) => ({ key: id, names: [id, title] })),
    ...running.map(({ key, name: title, executable }) => ({ key, names: [key, title, executable] })),
    ...pauses.flatMap(({ key, name: title, executable }) =>
      key === null || executable === null ? [] : [{ key, names: [key, title, executable] }],
    ),
  ];
  const wanted = name.toLowerCase();
  const keys = [
    ...new Set(
      known.filter(({ names }) => names.some((each) => each.toLowerCase() === wanted)).map(({ key }) => key),
    ),
  ];
  if (keys.length > 1) {
    throw new GataError('invalid-request', `"${name}" is the name of several games: ${keys.join(', ')}.`);
  }
  const [key] = keys;
  if (key !== undefined) return key;
  if (/^([a-z]:)?[\\/]/i.test(name)) return `program:${name.replaceAll('\\', '/')}`;
  throw new GataError(
    'invalid-request',
    `There is no game "${name}". "gata games installed" lists them; a program is named by its path.`,
  );
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

function gamesText(page: GamesPage): string {
  const { running, installed, scanning, refusedFolders, include, exclude } = page;
  const lines = running.map(
    ({ name, pid, since, why, certainty, choice }) =>
      `${name} (pid ${pid}) since ${localTime(since)}, ${choice}: ${why}${certainty === 'maybe' ? ' (not sure)' : ''}`,
  );
  return [
    ...(lines.length === 0 ? ['No game is running.'] : lines),
    `Installed: ${installed.length} games${scanning ? ', still looking' : ''}`,
    ...refusedFolders.map(({ folder, why }) => `Refused folder: ${folder}. ${why}`),
    `Your games: ${include.join(', ') || 'none'}`,
    `Never games: ${exclude.join(', ') || 'none'}`,
  ].join('\n');
}
