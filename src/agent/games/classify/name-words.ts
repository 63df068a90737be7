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
/** The places where a word ends inside a run of letters and digits: `fooBar`, `FOOBar`, `foo7`, `7foo`. */
const WORD_BREAK = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=[^\d])(?=\d)|(?<=\d)(?=[^\d])/u;

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
  const runs = stemOf(name.slice(0, 255)).split(/[^\p{L}\p{N}]+/u);
  const words = runs.flatMap((run) => run.split(WORD_BREAK)).filter((word) => word !== '');
  const lower = words.map((word) => word.toLowerCase());
  while (lower.length > 1 && isBuildWord(lower.at(-1) ?? '')) lower.pop();
  return lower;
}

function isBuildWord(word: string): boolean {
  return BUILD_WORDS.has(word) || /^\d+$/.test(word);
}
