import { wordsOf } from './name-words.ts';

/** A kind of program that comes with games, or with anything, and is none. */
export type CompanionKind =
  | 'crash reporter'
  | 'redistributable'
  | 'installer'
  | 'launcher'
  | 'overlay'
  | 'helper'
  | 'service'
  | 'server'
  | 'editor'
  | 'tool'
  | 'benchmark'
  | 'wallpaper'
  | 'recorder'
  | 'browser';

interface WordRule {
  readonly kind: CompanionKind;
  /** Matches the last word of a name: in “Foo Launcher” that is what it is, in “Launcher Foo” it need not be. */
  readonly last?: RegExp;
  /** Matches the first word. */
  readonly first?: RegExp;
  /** Matches all words, joined by spaces. */
  readonly all?: RegExp;
}

const RULES: readonly WordRule[] = [
  {
    kind: 'crash reporter',
    last: /^crash(es|ed)?$|crash(handler|report(er|ing)?|pad|sender|dump(er)?|monitor|upload(er)?|client|service)|(bug|error)?report(er|s)?$|^(errors?|bugsplat)$|^bssndrpt$|^minidump/,
    all: /\bcrash (handler|report(er|ing)?|pad|send(er)?|dump(er)?|monitor|upload(er)?|client|service|proxy|catcher)|\bcrashpad\b|\bcrash ?report|\b(bug|error|exception|dump|fault) (report(er)?|handler|send(er)?|uploader)\b|\bbugsplat/,
  },
  {
    kind: 'redistributable',
    all: /\bvc ?_?redist|\bredist(ributables?)?\b|vcredist|^dx ?(web)? ?setup|^directx|^dotnet ?fx|^ndp \d|^oalinst|^xnafx|^phys ?x ?(system)?|\bpre ?req(uisites?|s)?\b|prereq/,
  },
  {
    kind: 'installer',
    first: /^(unins|uninst|uninstall|uninstaller|install|installer|setup)$/,
    last: /(installer|uninstall|setup|updater|patcher(?<!dispatcher)|bootstrap(per)?|downloader|repair|migrator)$|^(install|update|patch)$/,
    all: /^update\b|^(touchup|cleanup|activation ui)$/,
  },
  {
    kind: 'launcher',
    last: /(launch|launcher|launchpad|launcherui)$|^(bootloader|frontend|startup|autorun)$/,
    all: /\blaunch pad$/,
  },
  {
    kind: 'overlay',
    last: /overlay(ui|host|renderer)?$/,
    all: /\boverlay (ui|host|renderer|browser|process)\b/,
  },
  {
    kind: 'browser',
    last: /subprocess$|^(webview|browser|cef|cefprocess|webhelper)$|(webhelper|cefprocess)$/,
    all: /\b(sub process|web helper|web view|cef (process|sharp)|browser process|web core)\b/,
  },
  {
    kind: 'helper',
    last: /(helper|watchdog|telemetry)$|^(agent|monitor|tray|notifier|notification|uploader|logger|probe|query|proxy)$/,
  },
  { kind: 'service', last: /service$|^(svc|services|daemon)$|daemon$/ },
  {
    kind: 'server',
    last: /^(server|servers|dedicated|srcds|hlds)$|(dedicated|game|master)server$/,
    all: /\bdedicated ?server\b/,
  },
  {
    kind: 'editor',
    last: /(?<!cr)editor$|(map|level|world|unreal|script|mission)ed$/,
    all: /^(unreal|ue \d) editor\b/,
  },
  {
    kind: 'tool',
    last: /^(config|configuration|configurator|configtool|settings|options|tool|tools|toolkit|sdk|viewer|packer|unpacker|diagnostics?|diag|profiler|debugger|inspector|importer|exporter|exporttool|checker|verifier|validator|register|registration|language|languageselector)$|(compiler|converter|extractor|archiver|inspector)$/,
    all: /^(7 z[a-z]*|ffmpeg|ffprobe|curl|wget|aria ?2 ?c|git|unzip|dxdiag|steamcmd|adb|yt dlp)$|\b(mod|save|profile|add on) (manager|organi[sz]er|loader)$|\bmod ?manager\b|\b(shader|map|model) compile(r)?\b/,
  },
  { kind: 'benchmark', last: /benchmark(s|ing)?$/, all: /\bbenchmark\b/ },
  { kind: 'wallpaper', first: /wallpaper/, last: /wallpaper|screensaver$/ },
  {
    kind: 'recorder',
    last: /^(screen)?(recorder|capture|screencast|streamlabs)$|(recorder|screencaster)$/,
    // Names of programs where they do not say what the program does.
    all: /\bscreen (record|capture|cast)|^(streamlabs )?obs( studio)?( (32|64))?$|^x ?split\b|^(bdcam|bandicam|kooha)$|^vokoscreen/,
  },
];

/** Folders of redistributables and installers, wherever they lie. */
const REDISTRIBUTABLE_FOLDERS =
  /(^|\/)(_?commonredist|__installer|_?redist|_?redistributables?|directx(redist)?|vc_?redist|dotnet(redist)?|prerequisites|__support|engine\/extras|_?installers?)\//;

/** Folders called after a benchmark, wherever they lie. */
const BENCHMARK_FOLDERS = /(^|\/)([^/]*[ _-])?benchmarks?([ _-][^/]*)?\//;

/** Folders below a game's own whose programs are not the game, and what they are. */
const FOLDERS_OF_A_GAME: readonly { readonly kind: CompanionKind; readonly folder: RegExp }[] = [
  { kind: 'launcher', folder: /(^|\/)[^/]*launcher\// },
  {
    kind: 'tool',
    folder: /(^|\/)(tools?|[^/]*sdk|mod ?tools|utilities|utils|config tool|devtools|redkit|modkit)\//,
  },
  { kind: 'editor', folder: /(^|\/)([^/]*editor|leveleditor)\// },
  { kind: 'server', folder: /(^|\/)(server|dedicated ?server)\// },
  {
    kind: 'crash reporter',
    folder: /(^|\/)(crash(report(er|client)?|pad|handler|sender)?|bugreport(er)?)\//,
  },
  { kind: 'browser', folder: /(^|\/)(cef|webview2?|coherent|[^/]*cefprocess|chromium)\// },
];

export interface Companion {
  readonly kind: CompanionKind;
  readonly reason: string;
}

/** Kinds that a store also sells, or gives away, as if they were games: “Foo Dedicated Server”. */
const SOLD_KINDS: ReadonlySet<CompanionKind> = new Set([
  ...(['launcher', 'server', 'editor', 'tool', 'benchmark', 'wallpaper'] as const),
]);

/**
 * What kind of companion a program's file name says it is. `titleWords`: words of the title of the installed game that
 * it belongs to.
 */
export function companionByName(name: string, titleWords: readonly string[]): Companion | undefined {
  const words = wordsOf(name);
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const joined = words.join(' ');
  for (const { kind, first: byFirst, last: byLast, all } of RULES) {
    const match = byLast?.exec(last) ?? byFirst?.exec(first) ?? all?.exec(joined);
    if (match === undefined || match === null) continue;
    const word = match[0].trim();
    // A game called “Bridge Editor Story” is no editor, a product called “Foo Benchmark” is a benchmark.
    const inTitle = word.split(' ').every((part) => titleWords.includes(part));
    if (inTitle && !(SOLD_KINDS.has(kind) && word.endsWith(titleWords.at(-1) ?? ' '))) continue;
    // What starts the protection against cheating starts the game.
    if (kind === 'launcher' && /\banti ?cheat\b/.test(joined)) continue;
    return { kind, reason: `Its name says that it is ${withArticle(kind)} (“${word}”).` };
  }
  return undefined;
}

/**
 * What kind of companion the folders say that a program lies in. `lower`: its whole path; `within`: what of it comes
 * after the game's folder, null where it belongs to none; both lower-case.
 */
export function companionByFolder(lower: string, within: string | null): Companion | undefined {
  const benchmark = BENCHMARK_FOLDERS.exec(lower)?.[0];
  if (benchmark !== undefined) {
    return { kind: 'benchmark', reason: `Its folder says that it is a benchmark (${bare(benchmark)}).` };
  }
  const folder = REDISTRIBUTABLE_FOLDERS.exec(within ?? lower)?.[0];
  if (folder !== undefined) {
    return { kind: 'redistributable', reason: `It lies in a folder of installers (${bare(folder)}).` };
  }
  if (within === null) return undefined;
  for (const rule of FOLDERS_OF_A_GAME) {
    const match = rule.folder.exec(within)?.[0];
    if (match !== undefined) {
      return { kind: rule.kind, reason: `It lies in the game's folder “${bare(match)}”, not with the game.` };
    }
  }
  return undefined;
}

function bare(folder: string): string {
  return folder.replace(/^\/|\/$/g, '');
}

function withArticle(kind: CompanionKind): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
