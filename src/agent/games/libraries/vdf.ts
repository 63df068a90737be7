/** A section of a KeyValues file: keys in lower case, since Steam does not mind their case; the first of equals counts. */
export type VdfSection = ReadonlyMap<string, VdfValue>;
export type VdfValue = string | VdfSection;

export class VdfError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VdfError';
  }
}

/** Steam's own files are some kilobytes with a depth below ten. */
const CHARACTERS_LIMIT = 16 * 1024 * 1024;
const DEPTH_LIMIT = 64;
const PAIRS_LIMIT = 200_000;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['\\', '\\'],
  ['"', '"'],
]);

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open' | 'close' | 'end' }
  | { readonly kind: 'condition'; readonly met: boolean };

/**
 * Reads Valve's text KeyValues (`libraryfolders.vdf`, `*.acf`): quoted and bare tokens, escapes, `//` comments, nested
 * sections and conditionals such as `[$WIN32]`. `#include` and `#base` are keys like others: nothing is opened.
 * Format: developer.valvesoftware.com/wiki/KeyValues.
 * @throws VdfError on anything else, and on what is too long, too deep or cut off.
 */
export function parseVdf(text: string, platform: 'linux' | 'win32' = 'linux'): VdfSection {
  if (text.length > CHARACTERS_LIMIT) throw new VdfError(`longer than ${CHARACTERS_LIMIT} characters`);
  const reader = new TokenReader(text, platform);
  const root = new Map<string, VdfValue>();
  const open: Map<string, VdfValue>[] = [root];
  let section = root;
  let pairs = 0;
  let token = reader.next();
  for (;;) {
    if (token.kind === 'end') {
      if (open.length > 1) throw new VdfError('cut off inside a section');
      return root;
    }
    if (token.kind === 'close') {
      open.pop();
      const outer = open.at(-1);
      if (outer === undefined) throw new VdfError('a section ends that never began');
      section = outer;
      token = reader.next();
      continue;
    }
    if (token.kind !== 'text') throw new VdfError('a value without a key');
    pairs += 1;
    if (pairs > PAIRS_LIMIT) throw new VdfError(`more than ${PAIRS_LIMIT} keys`);

    const key = token.text.toLowerCase();
    let value = reader.next();
    let met = true;
    if (value.kind === 'condition') {
      met = value.met;
      value = reader.next();
    }
    if (value.kind === 'open') {
      if (open.length > DEPTH_LIMIT) throw new VdfError(`more than ${DEPTH_LIMIT} sections in each other`);
      const inner = new Map<string, VdfValue>();
      if (met && !section.has(key)) section.set(key, inner);
      open.push(inner);
      section = inner;
      token = reader.next();
      continue;
    }
    if (value.kind === 'end') throw new VdfError('cut off after a key');
    if (value.kind !== 'text') throw new VdfError('a key without a value');
    token = reader.next();
    if (token.kind === 'condition') {
      met = token.met;
      token = reader.next();
    }
    if (met && !section.has(key)) section.set(key, value.text);
  }
}

/** The section under these keys, one in the other; undefined when there is none. */
export function vdfSection(section: VdfSection, ...keys: readonly string[]): VdfSection | undefined {
  let found: VdfValue | undefined = section;
  for (const key of keys) {
    if (found === undefined || typeof found === 'string') return undefined;
    found = found.get(key.toLowerCase());
  }
  return typeof found === 'string' ? undefined : found;
}

export function vdfText(section: VdfSection, key: string): string | undefined {
  const value = section.get(key.toLowerCase());
  return typeof value === 'string' ? value : undefined;
}

/** Each character is looked at a fixed number of times: reading takes linear time. */
class TokenReader {
  readonly #text: string;
  readonly #platform: 'linux' | 'win32';
  #at = 0;

  constructor(text: string, platform: 'linux' | 'win32') {
    this.#text = text;
    this.#platform = platform;
    if (text.startsWith('\ufeff')) this.#at = 1;
  }

  next(): Token {
    this.#skipBlank();
    const first = this.#text[this.#at];
    if (first === undefined) return { kind: 'end' };
    if (first === '{' || first === '}') {
      this.#at += 1;
      return { kind: first === '{' ? 'open' : 'close' };
    }
    if (first === '"') return { kind: 'text', text: this.#quoted() };
    if (first === '[') return { kind: 'condition', met: this.#condition() };
    return { kind: 'text', text: this.#bare() };
  }

  #skipBlank(): void {
    for (;;) {
      while (isBlank(this.#text.charCodeAt(this.#at))) this.#at += 1;
      if (!this.#text.startsWith('//', this.#at)) return;
      const end = this.#text.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#text.length : end;
    }
  }

  #quoted(): string {
    const pieces: string[] = [];
    let from = this.#at + 1;
    for (let at = from; at < this.#text.length; at += 1) {
      const character = this.#text[at];
      if (character === '"') {
        pieces.push(this.#text.slice(from, at));
        this.#at = at + 1;
        return pieces.length === 1 ? (pieces[0] ?? '') : pieces.join('');
      }
      if (character !== '\\') continue;
      const meant = ESCAPES.get(this.#text[at + 1] ?? '');
      // An unknown escape stands for itself.
      if (meant !== undefined) {
        pieces.push(this.#text.slice(from, at), meant);
        from = at + 2;
        at += 1;
      }
    }
    throw new VdfError('cut off inside a quoted text');
  }

  #bare(): string {
    const from = this.#at;
    while (this.#at < this.#text.length && !endsBare(this.#text.charCodeAt(this.#at))) this.#at += 1;
    return this.#text.slice(from, this.#at);
  }

  #condition(): boolean {
    const end = this.#text.indexOf(']', this.#at);
    if (end < 0 || end - this.#at > 200) throw new VdfError('a condition without an end');
    const expression = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return expression
      .split('||')
      .some((alternative) => alternative.split('&&').every((name) => isMet(name.trim(), this.#platform)));
  }
}

const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x7b;
const CLOSE = 0x7d;

function isBlank(code: number): boolean {
  return code === SPACE || (code >= 0x09 && code <= 0x0d);
}

function endsBare(code: number): boolean {
  return isBlank(code) || code === QUOTE || code === OPEN || code === CLOSE;
}

function isMet(name: string, platform: 'linux' | 'win32'): boolean {
  if (name.startsWith('!')) return !isMet(name.slice(1).trim(), platform);
  const names = platform === 'win32' ? ['$WIN32', '$WINDOWS'] : ['$LINUX', '$POSIX'];
  return names.includes(name.toUpperCase());
}
