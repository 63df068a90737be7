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
  const parts: string[] = [];
  let last = lines[0] ?? '';
  let breaks = 0;
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    breaks += 1;
    if (line === '' && index < lines.length - 1) continue;
    const isEscaped = quote === '"' && breaks === 1 && endsInEscape(last);
    if (isEscaped) parts.push(last.slice(0, -1));
    else parts.push(last, breaks === 1 ? ' ' : '\n'.repeat(breaks - 1));
    last = line;
    breaks = 0;
  }
  return parts.join('') + last;
}

function endsInEscape(text: string): boolean {
  let backslashes = 0;
  while (text[text.length - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
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
