import { NameScope } from './name-scope.ts';

/** A node whose output's size follows from its inputs'. */
export interface SizedNode {
  readonly node: number;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Of the attributes that say a shape. */
  readonly shape: readonly number[] | undefined;
}

/** A function's name: with its domain and overload it says which function a node calls. */
export interface FunctionName {
  readonly domain: string;
  readonly name: string;
  readonly overload: string;
}

export function functionKey({ domain, name, overload }: FunctionName): string {
  return JSON.stringify([domain, name, overload]);
}

/** Nodes outside of a function, or in one. */
export class CallSite {
  /** Every node here, those in subgraphs included. */
  nodes = 0;
  /** How often each function is called here, and by which node first. */
  readonly calls = new Map<
    string,
    { readonly callee: FunctionName; readonly place: string; times: number }
  >();
}

/** A graph's or a function's nodes and values, as far as they are kept. */
export class GraphBody {
  readonly scope = new NameScope();
  readonly callSite: CallSite;
  /** Where this graph is an attribute. */
  readonly parent: { readonly body: GraphBody; readonly node: number } | undefined;
  readonly isInFunction: boolean;
  /** In words, for reasons. */
  readonly place: string;
  readonly sizedNodes: SizedNode[] = [];
  /** Elements of initialisers and constants; values of the small ones. */
  readonly sizes = new Map<string, number>();
  readonly values = new Map<string, readonly number[]>();
  readonly #labels: string[] = [];

  constructor(
    place: string,
    callSite: CallSite,
    parent: { readonly body: GraphBody; readonly node: number } | undefined,
    isInFunction = parent?.body.isInFunction ?? false,
  ) {
    this.place = place;
    this.callSite = callSite;
    this.parent = parent;
    this.isInFunction = isInFunction;
  }

  /** Number of nodes begun. */
  get nodes(): number {
    return this.#labels.length;
  }

  /** The number of the next node. */
  begin(): number {
    this.#labels.push('');
    return this.#labels.length - 1;
  }

  label(node: number, label: string): void {
    this.#labels[node] = label;
  }

  labelOf(node: number): string {
    return this.#labels[node] || `the outputs of ${this.place}`;
  }
}
