import { quoted } from '../findings.ts';
import { type CallSite, type FunctionName, functionKey } from './graph-body.ts';
import type { Inspection } from './inspection.ts';
import { NEWEST_OPERATOR_SET } from './operators.ts';

/** The functions of a file, and that what calls them ends. */
export class FunctionCalls {
  readonly #inspection: Inspection;
  readonly #functions = new Map<string, { readonly name: FunctionName; readonly callSite: CallSite }>();

  constructor(inspection: Inspection) {
    this.#inspection = inspection;
  }

  /** Domains that only functions have. */
  hasDomain(domain: string): boolean {
    return [...this.#functions.values()].some(({ name }) => name.domain === domain);
  }

  add(name: FunctionName, callSite: CallSite): void {
    const place = `function ${quoted(name.name)}`;
    const key = functionKey(name);
    if (name.name === '') this.#inspection.add('bad-function', place, 'it has no name');
    if (this.#functions.has(key)) this.#inspection.add('duplicate-name', place, 'it is there twice');
    // It would stand in for an operator that was checked as what ONNX says it is.
    if (NEWEST_OPERATOR_SET.has(name.domain)) {
      this.#inspection.add('bad-function', place, `it would replace an operator of ${quoted(name.domain)}`);
    }
    this.#functions.set(key, { name, callSite });
  }

  /**
   * Reports calls of what is no function, functions that call themselves, and what becomes too large when all are
   * written out, as ONNX Runtime does.
   * @param main the nodes outside of functions.
   */
  check(main: CallSite): void {
    const sites = [...this.#functions.values()].map(({ callSite }) => callSite);
    for (const site of [main, ...sites]) {
      for (const [key, { callee, place }] of site.calls) {
        if (this.#functions.has(key)) continue;
        const what = `${quoted(callee.name)} of the domain ${quoted(callee.domain)}`;
        this.#inspection.add(
          'custom-domain',
          place,
          `${what} is neither a known operator nor a function of the model`,
        );
      }
    }
    const nodes = this.#inlinedNodes();
    const total = nodes === undefined ? 0 : this.#nodesOf(main, nodes);
    if (total > this.#inspection.limits.inlinedNodes) {
      const limit = this.#inspection.limits.inlinedNodes;
      this.#inspection.add(
        'bad-function',
        'the model',
        `with its functions written out it has ${total} nodes; ${limit} are allowed`,
      );
    }
  }

  /** Nodes of each function, written out, by its key; undefined when some call themselves. */
  #inlinedNodes(): Map<string, number> | undefined {
    const done = new Map<string, number>();
    let waiting = [...this.#functions];
    while (waiting.length > 0) {
      const ready = waiting.filter(([, { callSite }]) =>
        [...callSite.calls.keys()].every((key) => done.has(key) || !this.#functions.has(key)),
      );
      if (ready.length === 0) {
        const names = waiting.map(([, { name }]) => quoted(name.name));
        this.#inspection.add(
          'bad-function',
          'the model',
          `functions call themselves: ${names.slice(0, 8).join(', ')}`,
        );
        return undefined;
      }
      for (const [key, { callSite }] of ready) done.set(key, this.#nodesOf(callSite, done));
      waiting = waiting.filter(([key]) => !done.has(key));
    }
    return done;
  }

  #nodesOf(site: CallSite, inlined: ReadonlyMap<string, number>): number {
    let nodes = site.nodes;
    for (const [key, { times }] of site.calls) nodes += times * (inlined.get(key) ?? 1);
    return nodes;
  }
}
