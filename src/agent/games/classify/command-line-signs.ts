import { fileName, normalizePath } from '../program-path.ts';
import type { Sign } from './signs.ts';

/** Longer command lines are cut: what starts a game says so early, and a class path can have megabytes. */
const ARGUMENTS_LIMIT = 200;
const CHARACTERS_LIMIT = 8_192;

interface ArgumentRule extends Sign {
  readonly argument: RegExp;
}

/** What single arguments say. */
const RULES: readonly ArgumentRule[] = [
  // Only games that Epic's client started get these.
  {
    argument: /^-(epicapp|epicenv|epicportal|auth_login|auth_type|epicsandboxid)\b/i,
    points: 6,
    reason: 'Epic Games started it as a game.',
  },
  {
    argument: /^-(uplay_steam_mode|uplay_launched|gog_launched|eac_launcher_arg|eosargs)\b/i,
    points: 4,
    reason: 'A store started it as a game.',
  },
  {
    argument: /^--?(gameDir|assetsDir|assetIndex)(=|$)/,
    points: 6,
    reason: 'It was started as a game in Java.',
  },
  { argument: /launchmode:play|gameinfo:/, points: 6, reason: 'A web page started it as a game.' },
  {
    argument:
      /^-(screen-(fullscreen|width|height|quality)|force-(d3d1[12]|vulkan|glcore)|monitor|popupwindow|window-mode)$/i,
    points: 3,
    reason: 'It was started with options of games.',
  },
  {
    argument:
      /^-(windowed|fullscreen|novid|nosplash|nointro|nologo|dx1[012]|d3d1[012]|vulkan|borderless|useallavailablecores|high|nosound|skipintro|res[xy]=\d+)$/i,
    points: 2,
    reason: 'It was started with options of games.',
  },
  {
    argument: /^\+(connect|map|exec|set|fps_max|com_skipintro\w*|game|connect_lobby)$/i,
    points: 2,
    reason: 'It was started with options of games.',
  },
];

/** Images of consoles' and old computers' games, which emulators open. */
const CONSOLE_IMAGE =
  /\.(nes|fds|sfc|smc|gb|gbc|gba|n64|z64|v64|nds|3ds|cia|cci|gcm|rvz|wbfs|wad|wux|wua|rpx|nsp|xci|nro|iso|cso|chd|cue|pbp|gdi|cdi|sms|gg|md|gen|32x|pce|ws|wsc|ngp|ngc|lnx|a26|a78|d64|adf|vpk|psvita|self|xex)$/i;
const MEDIA_OR_DOCUMENT =
  /\.(mkv|mp4|m4v|avi|mov|webm|wmv|flv|ts|m2ts|mpg|mpeg|mp3|flac|ogg|opus|wav|m4a|m3u8?|pls|pdf|epub|djvu|docx?|xlsx?|pptx?|ppsx?|od[tsp]|txt|md|html?|jpe?g|png|gif|webp|svg|psd|kra|xcf|blend|dwg|dxf|step|stp|stl|fbx|3mf|f3d|sldprt|sldasm|ipt|iam|rvt|skp|max|ma|mb|c4d|hip|prproj|aep|drp|kdenlive|aup3|als|flp|sln|csproj)$/i;

/** A browser's process for a page, for drawing or for sound: it has no window and is no program by itself. */
const BROWSER_PART =
  /^--type=(renderer|gpu-process|utility|zygote|crashpad-handler|broker|ppapi|plugin|service)/;

export interface CommandLine {
  readonly signs: readonly Sign[];
  /** Why it is no game whatever else is known; undefined: nothing says so. */
  readonly refusal: string | undefined;
  readonly opensConsoleImage: boolean;
}

/** What the arguments of a program say about it. `argv` has the program's own name first. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const signs = new Map<string, Sign>();
  let refusal: string | undefined;
  let opensConsoleImage = false;
  let opensDocument = false;
  let headless = 0;
  let lwjgl = false;
  const add = (sign: Sign) => {
    const known = signs.get(sign.reason);
    if (known === undefined || known.points < sign.points) signs.set(sign.reason, sign);
  };
  for (const whole of argv.slice(1, ARGUMENTS_LIMIT)) {
    const argument = whole.length > CHARACTERS_LIMIT ? whole.slice(0, CHARACTERS_LIMIT) : whole;
    if (BROWSER_PART.test(argument)) refusal = "It is a part of a browser's window.";
    if (/^-(batchmode|nographics)$|^--headless/i.test(argument)) headless += 1;
    if (/^-{1,2}(dedicated|dedicatedserver|server-only)$/i.test(argument))
      refusal = 'It was started as a server.';
    // The Lightweight Java Game Library is what games in Java draw with.
    if (/lwjgl|libgdx|jinput|natives[\\/-]/i.test(argument)) lwjgl = true;
    for (const { argument: pattern, points, reason } of RULES) {
      if (pattern.test(argument)) add({ points, reason });
    }
    if (argument.startsWith('-')) continue;
    if (CONSOLE_IMAGE.test(argument)) opensConsoleImage = true;
    if (MEDIA_OR_DOCUMENT.test(argument) || /^(https?|rtsp|file):\/\//i.test(argument)) opensDocument = true;
  }
  if (headless >= 2) refusal = 'It was started without a window.';
  if (lwjgl && isJava(argv))
    add({ points: 6, reason: 'It is a program in Java with a library for games (LWJGL).' });
  if (opensDocument) add({ points: -5, reason: 'It was started to open a film, a document or a web page.' });
  return { signs: [...signs.values()], refusal, opensConsoleImage };
}

function isJava(argv: readonly string[]): boolean {
  return /^javaw?(\.exe)?$/i.test(fileName(normalizePath(argv[0] ?? '')));
}
