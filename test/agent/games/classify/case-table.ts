import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ProcessEvidence } from '../../../../src/agent/games/classify/evidence.ts';
import { programsOfProcess } from '../../../../src/agent/games/programs-of-process.ts';
import { gameStoreSchema } from '../../../../src/shared/installed-game.ts';

/** One line of a table: a process as it really is, and whether it is a game. */
export interface GameCase {
  readonly id: string;
  readonly truth: 'game' | 'not-a-game';
  readonly evidence: ProcessEvidence;
  readonly note: string;
}

const COLUMNS = ['id', 'truth', 'os', 'game', 'program', 'arguments', 'ancestors', 'beside', 'state', 'note'];

const rowSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  truth: z.enum(['game', 'not-a-game']),
  os: z.enum(['linux', 'win32']),
  /** `store:title` of the installed game whose folder `//` ends in `program` or `arguments`. */
  game: z.string(),
  program: z.string().min(1),
  /** Separated by `;`. */
  arguments: z.string(),
  /** Nearest first, separated by ` < `; each with its arguments, separated by `;`. */
  ancestors: z.string(),
  /** Separated by `;`; `-`: not looked at yet. */
  beside: z.string(),
  /** `full`, `front`, `behind`; `gpu`, `nogpu`; `gamemode`; `steam=<app>`; `cat=<categories>`; `out=<why>`. */
  state: z.string(),
  note: z.string().min(1),
});

/** Reads the tables of `cases/`. @throws Error where a line is malformed. */
export function readCases(name: string): readonly GameCase[] {
  const lines = readFileSync(new URL(`cases/${name}.tsv`, import.meta.url), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('id\t'))
    .map((line) => {
      const cells = line.split('\t');
      return toCase(rowSchema.parse(Object.fromEntries(COLUMNS.map((column, at) => [column, cells[at]]))));
    });
}

function toCase(row: z.infer<typeof rowSchema>): GameCase {
  const list = (cell: string) => (cell === '' ? [] : cell.split(';'));
  const states = new Map(
    row.state.split(' ').map((token) => [token.split('=')[0], token.split('=')[1] ?? '']),
  );
  const executable = asSystemSees(row.program, row.os);
  const written = list(row.arguments);
  const wine = /\/wine(64)?(-preloader)?$/.test(executable);
  const argv = [...(wine ? [] : [executable]), ...written.map((argument) => asSystemSees(argument, row.os))];
  const { programs, steamAppId } = programsOfProcess({ executable, argv });
  return {
    id: row.id,
    truth: row.truth,
    note: row.note,
    evidence: {
      platform: row.os,
      programs,
      argv,
      ancestors:
        row.ancestors === '' ? [] : row.ancestors.split(' < ').map((level) => list(level).map(clientPath)),
      steamAppId: steamAppId ?? states.get('steam') ?? null,
      installed: installedOf(row),
      ruledOut: states.get('out')?.replaceAll('-', ' ') ?? null,
      beside: row.beside === '-' ? null : list(row.beside),
      categories: states.get('cat')?.split(',') ?? null,
      window: states.has('full')
        ? 'full-screen'
        : states.has('front')
          ? 'foreground'
          : states.has('behind')
            ? 'behind'
            : null,
      drawsOnGpu: states.has('gpu') ? true : states.has('nogpu') ? false : null,
      inGameMode: states.has('gamemode'),
      choice: null,
    },
  };
}

/** Where clients of stores lie whose bare name the tables give. */
const CLIENTS: ReadonlyMap<string, string> = new Map([
  ['steam.exe', 'C:\\Program Files (x86)\\Steam\\steam.exe'],
  [
    'EpicGamesLauncher.exe',
    'C:\\Program Files (x86)\\Epic Games\\Launcher\\Portal\\Binaries\\Win64\\EpicGamesLauncher.exe',
  ],
  ['upc.exe', 'C:\\Program Files (x86)\\Ubisoft\\Ubisoft Game Launcher\\upc.exe'],
  ['Battle.net.exe', 'C:\\Program Files (x86)\\Battle.net\\Battle.net.exe'],
  ['steam', '/home/ann/.local/share/Steam/ubuntu12_32/steam'],
]);

function clientPath(program: string): string {
  return CLIENTS.get(program) ?? program;
}

/** Without the mark of a game's folder; Windows' paths with its slashes. */
function asSystemSees(text: string, os: 'linux' | 'win32'): string {
  const plain = text.replace(/(?<!:)\/\//g, '/');
  return os === 'win32' || /^[a-z]:\//i.test(plain)
    ? plain.replace(/^[a-z]:\/.*/i, (path) => path.replaceAll('/', '\\'))
    : plain;
}

function installedOf(row: z.infer<typeof rowSchema>): ProcessEvidence['installed'] {
  if (row.game === '') return null;
  const [store, title = ''] = row.game.split(/:(.*)/s);
  const marked = [row.program, ...row.arguments.split(';')].find((text) => /(?<!:)\/\//.test(text));
  return {
    id: `${store}:${row.id}`,
    store: gameStoreSchema.parse(store),
    title,
    folder: asSystemSees((marked ?? row.program).split('//')[0]?.replace(/^Z:/, '') ?? '', row.os),
    sizeBytes: null,
  };
}
