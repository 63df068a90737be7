/** Parts of file names that tell a build, not a thing: left out at the end of a name. */
const BUILD_WORDS: ReadonlySet<string> = new Set([
  ...[
    'x',
    'x64',
    'x86',
    'amd',
    'win',
    'win32',
    'win64',
    'windows',
    'linux',
    'lnx',
    'unix',
    'mac',
    'osx',
    'arm',
  ],
  ...[
    'shipping',
    'release',
    'retail',
    'final',
    'debug',
    'test',
    'cmd',
    'bin',
    'bit',
    'dx',
    'dx11',
    'dx12',
    'd',
  ],
  ...['vk', 'vulkan', 'gl', 'opengl', 'ogl', 'steam', 'epic', 'gog', 'gdk', 'eos', 'v', 'i'],
]);

const EXTENSION = /\.(exe|sh|bat|cmd|com|bin|run|py|jar|appimage|x86_64|x86|x64|amd64|i386|64)$/i;
/** A file's name without what only says that it is a program. */
export function stemOf(name: string): string {
  let stem = name;
  for (let cut = stem.replace(EXTENSION, ''); cut !== stem && cut !== ''; cut = stem.replace(EXTENSION, '')) {
    stem = cut;
  }
  return stem;
}

/** The words of a name, lower-case: `UnityCrashHandler64.exe` is unity, crash, handler. */
export function wordsOf(name: string): readonly string[] {
  // Longer than any sensible file name: what follows cannot tell more.
  const words = splitWords(stemOf(name.slice(0, 255)));
  while (words.length > 1 && isBuildWord(words.at(-1) ?? '')) words.pop();
  return words;
}

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;

/** Ends a word at what is no letter or digit, and inside `fooBar`, `FOOBar`, `foo7`, `7foo`. */
function splitWords(stem: string): string[] {
  const words: string[] = [];
  let start = 0;
  let before = OTHER;
  for (let at = 0; at < stem.length; at += 1) {
    const kind = kindOf(stem, at);
    const inside =
      kind === before ? kind !== UPPER || kindOf(stem, at + 1) !== LOWER : before === UPPER && kind === LOWER;
    if (!inside) {
      if (before !== OTHER && at > start) words.push(stem.slice(start, at).toLowerCase());
      start = at;
    }
    before = kind;
  }
  if (before !== OTHER && start < stem.length) words.push(stem.slice(start).toLowerCase());
  return words;
}

function kindOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  if (code >= 48 && code <= 57) return DIGIT;
  // Letters of other alphabets, and halves of rare ones, hold words together.
  return code > 127 ? LOWER : OTHER;
}

function isBuildWord(word: string): boolean {
  return BUILD_WORDS.has(word) || /^\d+$/.test(word);
}
