import { fileName } from '../program-path.ts';
import { stemOf } from './name-words.ts';
import { platformOf } from './platforms.ts';

/** A program in the desktop's menu of applications. */
export interface MenuEntry {
  /** As the entry names it: an absolute path, or a bare name that the shell would look for. */
  readonly program: string;
  readonly categories: readonly string[];
}

/**
 * The program of a `.desktop` file, by freedesktop.org's Desktop Entry Specification 1.5; undefined: it is no
 * application, tells no category, or starts through a platform, as `steam steam://rungameid/570` does.
 */
export function parseMenuEntry(text: string): MenuEntry | undefined {
  const values = mainGroup(text);
  const categories = (values.get('Categories') ?? '').split(';').filter((category) => category !== '');
  if (values.get('Type') !== 'Application' || categories.length === 0) return undefined;
  const program = programOf(wordsOfExec(values.get('Exec') ?? ''));
  if (program === undefined) return undefined;
  const lower = program.toLowerCase();
  if (platformOf(lower, stemOf(fileName(lower))) !== undefined) return undefined;
  return { program, categories };
}

/** The keys of the group `[Desktop Entry]`; later groups are actions of their own. */
function mainGroup(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let isMain = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('[')) {
      if (isMain) break;
      isMain = line.trim() === '[Desktop Entry]';
    } else if (isMain) {
      const at = line.indexOf('=');
      if (at > 0) values.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
    }
  }
  return values;
}

/** The words of a command line in which `"` holds blanks together and `\` takes the meaning of what follows. */
function wordsOfExec(exec: string): readonly string[] {
  return [...exec.matchAll(/"((?:[^"\\]|\\.)*)"|[^\s"]+/g)].map(([word, quoted]) =>
    quoted === undefined ? word : quoted.replace(/\\(.)/g, '$1'),
  );
}

/** The program after `env` and its variables; of a Flatpak the command that runs inside. */
function programOf(words: readonly string[]): string | undefined {
  const rest = words.slice(words.findIndex((word) => !/^(env|\/usr\/bin\/env)$|^\w+=/.test(word)));
  const [program] = rest;
  if (program === undefined || fileName(program) !== 'flatpak') return program;
  const command = rest.find((word) => word.startsWith('--command='));
  return command?.slice('--command='.length);
}
