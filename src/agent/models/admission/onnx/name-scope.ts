/** Made by nothing that is known so far. */
const UNKNOWN = -2;
/** There before the first node: an input or initialiser. */
const GIVEN = -1;
const NEVER = Number.POSITIVE_INFINITY;

type GivenAs = 'input' | 'initialiser';

/** A name that a node uses before it is made, or that nothing makes. */
export interface OpenName {
  readonly name: string;
  /** The first node that uses it. */
  readonly usedBy: number;
  /** The node that makes it later, or undefined when none in this graph does. */
  readonly madeBy: number | undefined;
}

/**
 * The values of one graph. ONNX orders nodes so that each comes after those whose outputs it uses; so a graph has
 * no cycle when no name is used before the node that makes it, which two numbers a name are enough to see.
 */
export class NameScope {
  readonly #idOf = new Map<string, number>();
  readonly #maker: number[] = [];
  readonly #firstUse: number[] = [];
  /** Bits: 1 an input, 2 an initialiser. */
  readonly #given: number[] = [];

  /** Whether a node or the graph's inputs and initialisers make the name. */
  isMade(name: string): boolean {
    const id = this.#idOf.get(name);
    return id !== undefined && this.#maker[id] !== UNKNOWN;
  }

  /** Says that the name is an input or an initialiser; false when it is already one, or a node's output. */
  give(name: string, as: GivenAs): boolean {
    const id = this.#id(name);
    const bit = as === 'input' ? 1 : 2;
    const given = this.#given[id] ?? 0;
    const maker = this.#maker[id] ?? UNKNOWN;
    this.#given[id] = given | bit;
    if (maker >= 0 || (given & bit) !== 0) return false;
    this.#maker[id] = GIVEN;
    return true;
  }

  /** Says that a node makes the name; false when it is made already. */
  make(name: string, node: number): boolean {
    const id = this.#id(name);
    if (this.#maker[id] !== UNKNOWN) return false;
    this.#maker[id] = node;
    return true;
  }

  /** Says that a node, or a graph within it, uses the name. */
  use(name: string, node: number): void {
    const id = this.#id(name);
    if (node < (this.#firstUse[id] ?? NEVER)) this.#firstUse[id] = node;
  }

  /** Names that are used before they are made, or not made here at all. */
  *open(): Generator<OpenName> {
    for (const [name, id] of this.#idOf) {
      const usedBy = this.#firstUse[id] ?? NEVER;
      const maker = this.#maker[id] ?? UNKNOWN;
      if (maker === UNKNOWN && usedBy !== NEVER) yield { name, usedBy, madeBy: undefined };
      else if (maker >= usedBy) yield { name, usedBy, madeBy: maker };
    }
  }

  get size(): number {
    return this.#idOf.size;
  }

  #id(name: string): number {
    const known = this.#idOf.get(name);
    if (known !== undefined) return known;
    const id = this.#maker.length;
    this.#idOf.set(name, id);
    this.#maker.push(UNKNOWN);
    this.#firstUse.push(NEVER);
    this.#given.push(0);
    return id;
  }
}
