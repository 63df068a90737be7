const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** What is no element: comments, CDATA, processing instructions, declarations (which may hold a DTD's `[…]`). */
const SKIPPED: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
];

export interface XmlElement {
  /** As written, with its prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * The start tags of an XML document with their attributes, in their order; no texts, no nesting, no entities but XML's
 * own. For files of a few kilobytes of which two attributes are wanted: an XML parser would be a dependency more, with
 * entities and DTDs to switch off. Takes linear time, and never throws: what is cut off ends it.
 */
export function* xmlElements(text: string): Generator<XmlElement> {
  let at = text.indexOf('<');
  while (at >= 0) {
    const skipped = SKIPPED.find(([start]) => text.startsWith(start, at));
    if (skipped !== undefined) {
      const [start, ending] = skipped;
      const end = text.indexOf(ending, at + start.length);
      if (end < 0) return;
      at = text.indexOf('<', end + ending.length);
      continue;
    }
    const end = tagEnd(text, at);
    if (end < 0) return;
    const [name] = /^[^\s/>]+/.exec(text.slice(at + 1, end)) ?? [];
    if (name !== undefined) yield { name, attributes: attributesOf(text.slice(at + 1 + name.length, end)) };
    at = text.indexOf('<', end);
  }
}

/** Where the tag ends that starts here: a `>` in quotes does not end it. */
function tagEnd(text: string, start: number): number {
  let quote: string | undefined;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (character === '>') {
      return at;
    }
  }
  return -1;
}

/** Takes something at every place, so that no text is looked at twice. */
const ATTRIBUTE = /([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?|"[^"]*"|'[^']*'|[\s\S]/g;

function attributesOf(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, double, single] of text.matchAll(ATTRIBUTE)) {
    const value = double ?? single;
    if (name === undefined || value === undefined || attributes.has(name)) continue;
    attributes.set(name, decodeEntities(value));
  }
  return attributes;
}

export function decodeEntities(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,10});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES.get(name) ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
