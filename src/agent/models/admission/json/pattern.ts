/** A regular expression as far as its cost goes. */
export type PatternNode =
  /** One character of some kind. */
  | { readonly kind: 'character' }
  /** Nothing but a condition: an anchor or a look around. */
  | { readonly kind: 'assertion'; readonly body: PatternNode | undefined }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly body: PatternNode;
      readonly least: number;
      /** Infinity without an end. */
      readonly most: number;
    };

/** A pattern that cannot be judged, or that is refused; the message ends a sentence. */
export class PatternFault extends Error {}

const DEEPEST_GROUP = 16;
const QUANTIFIER = /^(?:[*+?]|\{(\d{1,9})(,)?(\d{1,9})?\}|\{,(\d{1,9})\})/;
const GROUP_START = /^\((?:\?(<[=!]|[=!]|:|>|<[A-Za-z_]\w*>|[a-z]*(?:-[a-z]+)?(?::|\))))?/;
const BRACED_ESCAPE = /^\\[pPxu]\{[^}]*\}/;
const ESCAPE = /^\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c[A-Za-z]|[\s\S])/u;
const ASSERTION_ESCAPES = 'bBAzZG';

/**
 * Reads the part of Oniguruma's and JavaScript's syntax that tokenisers use.
 * @throws PatternFault for everything else, references back above all.
 */
export function parsePattern(source: string): PatternNode {
  const reader = new PatternReader(source);
  return reader.read();
}

class PatternReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): PatternNode {
    const pattern = this.#choice(0);
    if (this.#at < this.#source.length) throw new PatternFault('closes a group that it does not open');
    return pattern;
  }

  #rest(): string {
    return this.#source.slice(this.#at, this.#at + 64);
  }

  #choice(depth: number): PatternNode {
    if (depth > DEEPEST_GROUP) throw new PatternFault(`nests groups more than ${DEEPEST_GROUP} deep`);
    const options: PatternNode[] = [this.#sequence(depth)];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      options.push(this.#sequence(depth));
    }
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #sequence(depth: number): PatternNode {
    const items: PatternNode[] = [];
    while (
      this.#at < this.#source.length &&
      this.#source[this.#at] !== '|' &&
      this.#source[this.#at] !== ')'
    ) {
      items.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: 'sequence', items };
  }

  #repeated(body: PatternNode): PatternNode {
    const match = QUANTIFIER.exec(this.#rest());
    if (match === null) return body;
    this.#at += match[0].length;
    // Lazy changes the order in which lengths are tried, not which.
    if (this.#source[this.#at] === '?') this.#at += 1;
    const next = this.#source[this.#at] ?? '';
    if (next === '+' || next === '*' || QUANTIFIER.test(this.#rest())) {
      throw new PatternFault('repeats what is repeated already');
    }
    return { kind: 'repeat', body, ...bounds(match) };
  }

  #atom(depth: number): PatternNode {
    const character = this.#source[this.#at];
    switch (character) {
      case '(':
        return this.#group(depth);
      case '[':
        this.#skipClass();
        return { kind: 'character' };
      case '\\':
        return this.#escape();
      case '^':
      case '$':
        this.#at += 1;
        return { kind: 'assertion', body: undefined };
      case '*':
      case '+':
      case '?':
        throw new PatternFault('repeats nothing');
      default:
        this.#at += 1;
        return { kind: 'character' };
    }
  }

  #group(depth: number): PatternNode {
    const start = GROUP_START.exec(this.#rest());
    const kind = start?.[1];
    if (start === null || (kind === undefined && this.#source[this.#at + 1] === '?')) {
      throw new PatternFault('has a group of an unknown kind');
    }
    this.#at += start[0].length;
    // (?i) alone switches a flag for what follows.
    if (kind?.endsWith(')')) return { kind: 'assertion', body: undefined };
    const body = this.#choice(depth + 1);
    if (this.#source[this.#at] !== ')') throw new PatternFault('has a group without an end');
    this.#at += 1;
    return kind === '=' || kind === '!' || kind === '<=' || kind === '<!'
      ? { kind: 'assertion', body }
      : body;
  }

  #escape(): PatternNode {
    const rest = this.#rest();
    const match = BRACED_ESCAPE.exec(rest) ?? ESCAPE.exec(rest);
    if (match === null) throw new PatternFault('ends in a backslash');
    const letter = rest[1] ?? '';
    if (/[1-9kg]/.test(letter)) throw new PatternFault('refers back to a group');
    if (/[XRKNO]/.test(letter)) throw new PatternFault(`uses \\${letter}, whose cost is not known`);
    this.#at += match[0].length;
    return ASSERTION_ESCAPES.includes(letter)
      ? { kind: 'assertion', body: undefined }
      : { kind: 'character' };
  }

  /** Passes over a class, with classes in it. */
  #skipClass(): void {
    let depth = 0;
    do {
      const character = this.#source[this.#at];
      if (character === undefined) throw new PatternFault('has a class without an end');
      if (character === '\\') this.#at += 1;
      else if (character === '[') {
        depth += 1;
        if (depth > DEEPEST_GROUP) throw new PatternFault(`nests classes more than ${DEEPEST_GROUP} deep`);
        if (this.#source[this.#at + 1] === '^') this.#at += 1;
        // The first bracket of a class stands for itself.
        if (this.#source[this.#at + 1] === ']') this.#at += 1;
      } else if (character === ']') depth -= 1;
      this.#at += 1;
    } while (depth > 0);
  }
}

function bounds(match: RegExpExecArray): { least: number; most: number } {
  const [whole, from, comma, to, upTo] = match;
  if (whole === '*') return { least: 0, most: Number.POSITIVE_INFINITY };
  if (whole === '+') return { least: 1, most: Number.POSITIVE_INFINITY };
  if (whole === '?') return { least: 0, most: 1 };
  if (upTo !== undefined) return { least: 0, most: Number(upTo) };
  const least = Number(from ?? 0);
  if (to !== undefined) return { least, most: Number(to) };
  return { least, most: comma === undefined ? least : Number.POSITIVE_INFINITY };
}
