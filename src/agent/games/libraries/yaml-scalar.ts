const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

/** Where the quoted text ends that is being read from `from` on; -1: not in this line. */
export function closingQuote(line: string, quote: string, from: number): number {
  for (let at = from; at < line.length; at += 1) {
    if (quote === '"' && line[at] === '\\') at += 1;
    else if (line[at] === quote) {
      if (quote !== "'" || line[at + 1] !== "'") return at;
      at += 1;
    }
  }
  return -1;
}

/** The lines of a quoted text as one: a line's end is a space, unless it is escaped; empty lines are line ends. */
export function folded(lines: readonly string[], quote: string): string {
  let text = '';
  let glue = '';
  for (const line of lines) {
    if (line === '') {
      text += '\n';
      glue = '';
      continue;
    }
    const [backslashes = ''] = quote === '"' ? (/\\*$/.exec(line.slice(-64)) ?? []) : [];
    const goesOn = backslashes.length % 2 === 1;
    text += glue + (goesOn ? line.slice(0, -1) : line);
    glue = goesOn ? '' : ' ';
  }
  return text;
}

/** What a quoted text says (YAML 1.2, 7.3.1 and 7.3.2), given without its quotes. */
export function unquoted(inner: string, quote: string): string {
  if (quote === "'") return inner.replaceAll("''", "'");
  return inner.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (_whole, x?: string, u?: string, U?: string, single?: string) => {
      const digits = x ?? u ?? U;
      if (digits === undefined) return ESCAPES.get(single ?? '') ?? single ?? '';
      const code = Number.parseInt(digits, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}

/** A text without quotes up to its comment; undefined for none, `null` and `~`. */
export function plainScalar(text: string): string | undefined {
  const comment = text.search(/(^|\s)#/);
  const value = (comment < 0 ? text : text.slice(0, comment)).trim();
  return value === '' || value === '~' || /^null$/i.test(value) ? undefined : value;
}
