const LONGEST_TEMPLATE = 96 * 1024;
/** Loops within loops, and other statements within each other. */
const DEEPEST_LOOP = 4;
const DEEPEST_STATEMENT = 24;
const MOST_STATEMENTS = 2048;
const DEEPEST_BRACKET = 24;
/** Of ranges and repeated texts that stand in the template as numbers. */
const LARGEST_NUMBER = 100_000;

const OPENERS = new Set(['if', 'for', 'macro', 'call', 'filter', 'set', 'generation', 'raw']);

/**
 * What is wrong with a chat template, as the end of a sentence; undefined when it may be rendered. Its loops go
 * over the messages of a request; how long it may run is limited with the job.
 */
export function templateFault(template: string): string | undefined {
  if (template.length > LONGEST_TEMPLATE) {
    return `has ${template.length} characters; ${LONGEST_TEMPLATE} are allowed`;
  }
  let statements = 0;
  let loops = 0;
  let open = 0;
  for (let at = 0; at < template.length; ) {
    const start = template.indexOf('{', at);
    if (start < 0) return undefined;
    const kind = template[start + 1];
    if (kind === '#') {
      const end = template.indexOf('#}', start + 2);
      if (end < 0) return 'has a comment without an end';
      at = end + 2;
      continue;
    }
    if (kind !== '%' && kind !== '{') {
      at = start + 1;
      continue;
    }
    const inner = readTag(template, start + 2, kind === '%' ? '%}' : '}}');
    if (typeof inner === 'string') return inner;
    at = inner.end;
    statements += 1;
    if (statements > MOST_STATEMENTS) return `has more than ${MOST_STATEMENTS} statements`;
    if (kind === '{') continue;
    const word = /^[-+]?\s*(\w+)/.exec(template.slice(start + 2, start + 40))?.[1] ?? '';
    if (word === 'for') loops += 1;
    else if (word === 'endfor') loops -= 1;
    if (OPENERS.has(word)) open += 1;
    else if (word.startsWith('end')) open -= 1;
    if (loops > DEEPEST_LOOP) return `nests loops more than ${DEEPEST_LOOP} deep`;
    // A block that sets a variable has an end, and the short form has not.
    if (word === 'set') open -= 1;
    if (open > DEEPEST_STATEMENT) return `nests statements more than ${DEEPEST_STATEMENT} deep`;
    if (/^(import|include|extends|from)$/.test(word)) return `wants to ${word} something`;
  }
  return undefined;
}

/** Finds the end of a tag, past texts in quotes; a text is returned for what is wrong in it. */
function readTag(template: string, from: number, closing: string): { readonly end: number } | string {
  let brackets = 0;
  let digits = '';
  for (let at = from; at < template.length; at += 1) {
    const character = template[at] ?? '';
    if (character >= '0' && character <= '9') {
      digits += character;
      if (Number(digits) > LARGEST_NUMBER) return `holds a number above ${LARGEST_NUMBER}`;
      continue;
    }
    if (character !== '_') digits = '';
    if (character === '"' || character === "'") {
      const end = endOfText(template, at);
      if (end < 0) return 'has a text without an end';
      at = end;
    } else if (brackets <= 0 && template.startsWith(closing, at)) return { end: at + closing.length };
    else if ('([{'.includes(character)) {
      brackets += 1;
      if (brackets > DEEPEST_BRACKET) return `nests brackets more than ${DEEPEST_BRACKET} deep`;
    } else if (')]}'.includes(character)) brackets -= 1;
  }
  return 'has a statement without an end';
}

function endOfText(template: string, start: number): number {
  const quote = template[start];
  for (let at = start + 1; at < template.length; at += 1) {
    if (template[at] === '\\') at += 1;
    else if (template[at] === quote) return at;
  }
  return -1;
}
