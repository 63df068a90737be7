import type { ProcessFacts } from './process-watcher.ts';
import { fileName, normalizePath } from './program-path.ts';

/** What a process runs: often more than the file the system names, as interpreters run other programs. */
export interface ProgramsOfProcess {
  /** Normalized paths or bare file names, without repeats; the one that tells most comes first. */
  readonly programs: readonly string[];
  /** The number Steam knows the game by, when this is Steam's keeper of a running game. */
  readonly steamAppId: string | null;
}

const WINE_LOADERS = /^wine(64)?(-preloader|-staging)?$/i;
const SCRIPT_INTERPRETERS = /^(ba|da|z|k)?sh$|^busybox$|^python[\d.]*$|^perl$|^mono(-sgen)?$/i;
const JAVA = /^javaw?$/i;
/** Java's options whose value is the argument after them. */
const JAVA_OPTIONS_WITH_VALUE =
  /^(-cp|-classpath|--class-path|-p|--module-path|--add-(opens|exports|modules|reads)|-m|--module)$/;
/** Wine's and Proton's own programs that start the one named after them. */
const WINDOWS_STARTERS = /(^|\/)(steam|start|cmd|explorer|conhost)\.exe$/i;
/** An argument up to the end of its `.exe`: Wine may put all arguments into one. */
const WINDOWS_PROGRAM = /^.*?\.exe(?=$|[\s"])/i;

/** Never throws, whatever the command line holds. */
export function programsOfProcess({
  executable,
  argv,
}: Pick<ProcessFacts, 'executable' | 'argv'>): ProgramsOfProcess {
  const path = normalizePath(executable);
  const own = normalizePath(argv[0] ?? '');
  const programs: string[] = [];
  const steamAppId = steamApp(path, argv);
  if (steamAppId !== null) {
    // `reaper SteamLaunch AppId=N -- [tool … --] game arguments…` lives exactly as long as the game.
    const afterTools = argv.slice(argv.lastIndexOf('--') + 1);
    programs.push(
      ...windowsPrograms(argv),
      ...[...afterTools, ...argv.slice(3)].filter(isAbsolute).map(normalizePath),
    );
  } else if (WINE_LOADERS.test(fileName(path))) {
    programs.push(...windowsPrograms(argv));
  } else if (SCRIPT_INTERPRETERS.test(fileName(path))) {
    const script = argv.slice(1).find((argument) => !argument.startsWith('-'));
    // With options, the first other word may be an option's value: only a file's path is a script.
    if (script !== undefined && (argv[1] === script || isAbsolute(script))) {
      programs.push(normalizePath(script));
    }
  }
  const archive = JAVA.test(fileName(path).replace(/\.exe$/i, '')) ? javaArchive(argv) : undefined;
  if (archive !== undefined) programs.push(normalizePath(archive));
  programs.push(path, own);
  return { programs: [...new Set(programs.filter((program) => program !== ''))], steamAppId };
}

function steamApp(path: string, argv: readonly string[]): string | null {
  if (fileName(path) !== 'reaper' || argv[1] !== 'SteamLaunch') return null;
  return /^AppId=(\d{1,20})$/.exec(argv[2] ?? '')?.[1] ?? null;
}

/** The Windows program that the arguments start, after Windows' own programs that start it. */
function windowsPrograms(argv: readonly string[]): string[] {
  const programs: string[] = [];
  for (const argument of argv) {
    const match = WINDOWS_PROGRAM.exec(argument.replace(/^"/, ''))?.[0];
    if (match === undefined) continue;
    const program = normalizePath(match);
    programs.push(program);
    // What follows a program are its arguments, maybe a game's path that it only looks at.
    if (!WINDOWS_STARTERS.test(program)) break;
  }
  return programs;
}

/** The archive that Java runs: what follows `-jar`. */
function javaArchive(argv: readonly string[]): string | undefined {
  for (let at = 1; at < argv.length; at += 1) {
    const argument = argv[at] ?? '';
    if (argument === '-jar') return argv[at + 1];
    if (JAVA_OPTIONS_WITH_VALUE.test(argument)) at += 1;
    else if (!argument.startsWith('-') && !argument.startsWith('@')) return undefined;
  }
  return undefined;
}

function isAbsolute(argument: string): boolean {
  return argument.startsWith('/') || /^[a-z]:[\\/]/i.test(argument);
}
