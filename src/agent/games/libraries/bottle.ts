import { parseSimpleYaml, yamlMap, yamlText } from './simple-yaml.ts';
import { decodeText } from './text-encoding.ts';

interface BottleProgram {
  readonly id: string;
  readonly name: string;
  /** As the file has it: a path of Linux, or one of Windows inside the bottle. */
  readonly program: string;
}

/** What is needed of a `bottle.yml`. */
export interface Bottle {
  readonly name: string;
  /** The folder's name in Bottles' own folder, or an absolute path. */
  readonly path: string;
  readonly isForGames: boolean;
  readonly programs: readonly BottleProgram[];
}

const PROGRAMS_LIMIT = 1_000;

/**
 * Reads a `bottle.yml`: `Name`, `Path`, `Environment` (`Gaming`, `Application`, `Custom`) and `External_Programs`, which
 * has `name`, `path` and `removed` of each program by its id (`bottles/backend/models/config.py`). Never throws.
 */
export function parseBottle(bytes: Buffer): Bottle {
  const bottle = parseSimpleYaml(decodeText(bytes));
  const programs: BottleProgram[] = [];
  for (const [id, program] of yamlMap(bottle, 'External_Programs') ?? []) {
    if (typeof program === 'string' || programs.length === PROGRAMS_LIMIT) continue;
    const path = yamlText(program, 'path') ?? '';
    if (path === '' || /^true$/i.test(yamlText(program, 'removed') ?? '')) continue;
    programs.push({
      id: yamlText(program, 'id') ?? id,
      name: yamlText(program, 'name') ?? '',
      program: path,
    });
  }
  return {
    name: yamlText(bottle, 'Name') ?? '',
    path: yamlText(bottle, 'Path') ?? '',
    isForGames: yamlText(bottle, 'Environment')?.toLowerCase() === 'gaming',
    programs,
  };
}

/** The programs in Bottles' library: of each entry of `library.yml` the program's `id`. Never throws. */
export function parseBottlesLibrary(bytes: Buffer): ReadonlySet<string> {
  const entries = [...parseSimpleYaml(decodeText(bytes)).values()];
  return new Set(
    entries.flatMap((entry) => (typeof entry === 'string' ? [] : (yamlText(entry, 'id') ?? []))),
  );
}
