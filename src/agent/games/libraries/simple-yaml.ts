import { closingQuote, folded, plainScalar, unquoted } from './yaml-scalar.ts';

type YamlValue = string | YamlMap;
export type YamlMap = Map<string, YamlValue>;

const DEPTH_LIMIT = 32;

interface OpenMap {
  readonly indent: number;
  readonly map: YamlMap;
  /** The key whose value are the deeper lines that follow. */
  pending: string | undefined;
}

/**
 * Reads mappings of texts, and mappings in these, from YAML as the launchers write it (PyYAML, and Riot's own writer).
 * Values of other kinds (sequences, block texts, anchors, tags, flow collections) are left out. It is no whole YAML
 * parser on purpose: a few keys of a few files are wanted, aliases and tags of a file that anybody may have written
 * are not, and the time it takes is linear. Never throws: what it does not understand it passes over.
 */
export function parseSimpleYaml(text: string): YamlMap {
  return new SimpleYamlReader(text).read();
}

class SimpleYamlReader {
  readonly #lines: readonly string[];
  readonly #root: YamlMap = new Map();
  readonly #open: OpenMap[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text.split(/\r?\n/);
    this.#open = [{ indent: -1, map: this.#root, pending: '' }];
  }

  read(): YamlMap {
    while (this.#at < this.#lines.length) this.#readLine();
    return this.#root;
  }

  #readLine(): void {
    const line = this.#lines[this.#at] ?? '';
    this.#at += 1;
    const indent = indentOf(line);
    const content = line.slice(indent).trimEnd();
    if (content === '' || content.startsWith('#') || /^(---|\.\.\.|%)/.test(content)) return;
    // A sequence may stand as deep as its key; what is deeper belongs to it.
    if (/^-(\s|$)/.test(content)) {
      this.#skipDeeper(indent);
      return;
    }
    const entry = keyOf(content);
    if (entry === undefined) return;
    const parent = this.#mapAt(indent);
    if (parent === undefined) {
      this.#skipDeeper(indent);
      return;
    }
    parent.pending = undefined;
    const value = this.#valueOf(entry.rest, indent);
    if (value === 'below') parent.pending = entry.key;
    else if (value !== undefined) parent.map.set(entry.key, value.text);
  }

  /** The mapping that a key with this indent belongs to; undefined: it belongs to nothing that is understood. */
  #mapAt(indent: number): OpenMap | undefined {
    while ((this.#open.at(-1)?.indent ?? -1) > indent) this.#open.pop();
    const top = this.#open.at(-1);
    if (top === undefined || top.indent === indent) return top;
    if (top.pending === undefined || this.#open.length > DEPTH_LIMIT) return undefined;
    const map: YamlMap = top.indent === -1 ? this.#root : new Map();
    if (map !== this.#root) top.map.set(top.pending, map);
    const opened: OpenMap = { indent, map, pending: undefined };
    this.#open.push(opened);
    return opened;
  }

  #valueOf(rest: string, indent: number): { text: string } | 'below' | undefined {
    const [first = ''] = rest;
    if (first === '' || first === '#') return 'below';
    if (first === '"' || first === "'") return this.#quoted(rest);
    if (/[[\]{}|>&*!%@`,]/.test(first)) {
      this.#skipDeeper(indent);
      return undefined;
    }
    // Long texts without quotes go on in deeper lines; PyYAML breaks them at 80 characters.
    const parts = [rest];
    while (this.#at < this.#lines.length) {
      const next = this.#lines[this.#at] ?? '';
      if (next.trim() === '' || indentOf(next) <= indent) break;
      parts.push(next.trim());
      this.#at += 1;
    }
    const text = plainScalar(parts.join(' '));
    return text === undefined ? undefined : { text };
  }

  #quoted(rest: string): { text: string } | undefined {
    const quote = rest.charAt(0);
    const parts: string[] = [];
    let line = rest.slice(1);
    while (true) {
      const end = closingQuote(line, quote, 0);
      parts.push(end < 0 ? line : line.slice(0, end));
      if (end >= 0) return { text: unquoted(folded(parts, quote), quote) };
      if (this.#at >= this.#lines.length) return undefined;
      line = (this.#lines[this.#at] ?? '').trim();
      this.#at += 1;
    }
  }

  #skipDeeper(indent: number): void {
    while (this.#at < this.#lines.length) {
      const next = this.#lines[this.#at] ?? '';
      if (next.trim() !== '' && indentOf(next) <= indent) return;
      this.#at += 1;
    }
  }
}

function indentOf(line: string): number {
  let indent = 0;
  while (line[indent] === ' ') indent += 1;
  return indent;
}

function keyOf(content: string): { key: string; rest: string } | undefined {
  if (content.startsWith('"') || content.startsWith("'")) {
    const end = closingQuote(content, content.charAt(0), 1);
    const [colon] = /^\s*:(?=\s|$)/.exec(content.slice(end + 1)) ?? [];
    if (end < 0 || colon === undefined) return undefined;
    return {
      key: unquoted(content.slice(1, end), content.charAt(0)),
      rest: content.slice(end + 1 + colon.length).trim(),
    };
  }
  const colon = content.search(/:(\s|$)/);
  if (colon < 1 || /^[?&*!|>%@`[\]{},]/.test(content)) return undefined;
  return { key: content.slice(0, colon).trim(), rest: content.slice(colon + 1).trim() };
}

/** The text below some keys, one in the other. */
export function yamlText(map: YamlMap, ...keys: readonly string[]): string | undefined {
  const last = keys.at(-1);
  const value = last === undefined ? undefined : yamlMap(map, ...keys.slice(0, -1))?.get(last);
  return typeof value === 'string' ? value : undefined;
}

/** The mapping below some keys, one in the other. */
export function yamlMap(map: YamlMap, ...keys: readonly string[]): YamlMap | undefined {
  let found: YamlMap | undefined = map;
  for (const key of keys) {
    const value: YamlValue | undefined = found?.get(key);
    found = typeof value === 'string' ? undefined : value;
  }
  return found;
}
