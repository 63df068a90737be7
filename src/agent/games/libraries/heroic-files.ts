import { z } from 'zod';
import { parseJson } from './text-encoding.ts';

/** One installed game as one of Heroic's files tells of it. */
interface HeroicGame {
  readonly id: string;
  /** null: it is in another file, or nowhere. */
  readonly title: string | null;
  readonly folder: string;
  readonly sizeBytes: number | null;
}

/** What one of Heroic's files holds: games, and why others are none. */
export interface HeroicGames {
  readonly games: readonly HeroicGame[];
  readonly ignored: readonly string[];
}

const id = z.union([z.string(), z.number().transform(String)]).pipe(z.string().min(1).max(400));
const path = z.string().min(1).max(4096);
const title = z.string().max(10_000).nullish().catch(null);
const flag = z.boolean().catch(false);
const list = z.array(z.unknown());

const legendaryGame = z.object({
  app_name: id,
  title,
  install_path: path,
  install_size: z.number().int().nonnegative().nullable().catch(null),
  is_dlc: flag,
});

/** `legendaryConfig/legendary/installed.json`, of Epic's games: legendary's own file, an object by `app_name`. */
export function parseLegendaryInstalled(bytes: Buffer): HeroicGames {
  const entries = z.record(z.string(), z.unknown()).parse(parseJson(bytes));
  return gamesOf(Object.values(entries), legendaryGame, (game) => ({
    game: {
      id: game.app_name,
      title: game.title ?? null,
      folder: game.install_path,
      sizeBytes: game.install_size,
    },
    isAddOn: game.is_dlc,
  }));
}

const storeGame = z.object({
  appName: id,
  install_path: path,
  install_size: z.string().max(100).nullable().catch(null),
  is_dlc: flag,
});

/** `gog_store/installed.json` and `zoom_store/installed.json`: `{"installed": […]}`, sizes as Heroic shows them. */
export function parseHeroicInstalled(bytes: Buffer): HeroicGames {
  const { installed } = z.object({ installed: list }).parse(parseJson(bytes));
  return gamesOf(installed, storeGame, (game) => ({
    game: {
      id: game.appName,
      title: null,
      folder: game.install_path,
      sizeBytes: shownSize(game.install_size ?? ''),
    },
    isAddOn: game.is_dlc,
  }));
}

const nileGame = z.object({ id, path, size: z.number().int().nonnegative().nullable().catch(null) });

/** `nile_config/nile/installed.json`, of Amazon's games: nile's own file, a list. */
export function parseNileInstalled(bytes: Buffer): HeroicGames {
  return gamesOf(list.parse(parseJson(bytes)), nileGame, (game) => ({
    game: { id: game.id, title: null, folder: game.path, sizeBytes: game.size },
    isAddOn: false,
  }));
}

const sideloadedGame = z.object({
  app_name: id,
  title,
  /** Of the program; none for a game in the browser. */
  folder_name: path.optional().catch(undefined),
  is_installed: z.boolean().catch(true),
});

/** `sideload_apps/library.json`, of games that the user added: `{"games": […]}`. */
export function parseSideloadLibrary(bytes: Buffer): HeroicGames {
  const { games } = z.object({ games: list }).parse(parseJson(bytes));
  return gamesOf(games, sideloadedGame, (game) => ({
    game: {
      id: game.app_name,
      title: game.title ?? null,
      folder: game.is_installed ? (game.folder_name ?? '') : '',
      sizeBytes: null,
    },
    isAddOn: false,
  }));
}

const libraryEntry = z.object({ app_name: id, title: z.string().min(1).max(10_000) });
const nileEntry = z
  .object({ id: id.optional(), product: z.object({ id, title: z.string().min(1).max(10_000) }) })
  .transform(({ product }) => ({ app_name: product.id, title: product.title }));

/** Titles by id, of `store_cache/*_library.json` (`{"games": […]}`) or nile's `library.json` (a list). */
export function parseHeroicTitles(bytes: Buffer): ReadonlyMap<string, string> {
  const content = z
    .union([list, z.object({ games: list }).transform(({ games }) => games)])
    .parse(parseJson(bytes));
  const titles = new Map<string, string>();
  for (const entry of content) {
    const known = z.union([libraryEntry, nileEntry]).safeParse(entry).data;
    if (known !== undefined) titles.set(known.app_name, known.title);
  }
  return titles;
}

function gamesOf<T>(
  entries: readonly unknown[],
  schema: z.ZodType<T>,
  read: (entry: T) => { game: HeroicGame; isAddOn: boolean },
): HeroicGames {
  const games: HeroicGame[] = [];
  const ignored: string[] = [];
  for (const entry of entries) {
    const parsed = schema.safeParse(entry);
    if (!parsed.success) {
      ignored.push('an entry is not as expected');
      continue;
    }
    const { game, isAddOn } = read(parsed.data);
    if (isAddOn) ignored.push(`${game.title ?? game.id}: is an add-on of a game`);
    else if (game.folder !== '') games.push(game);
  }
  return { games, ignored };
}

const UNITS = ['', 'k', 'm', 'g', 't'];

/** `12.3 GiB` or `12.3 GB`: as exact as it is shown. */
function shownSize(text: string): number | null {
  const [, number, unit = '', binary] =
    /^(\d{1,9}(?:[.,]\d{1,4})?)\s?([kmgt]?)(i?)b(?:ytes?)?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return null;
  return Math.round(
    Number(number.replace(',', '.')) * (binary === '' ? 1000 : 1024) ** UNITS.indexOf(unit.toLowerCase()),
  );
}
