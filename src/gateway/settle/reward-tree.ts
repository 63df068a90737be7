import { setImmediate as turn } from 'node:timers/promises';
import { Keccak } from './keccak.ts';

export interface RewardAccount {
  /** Lower case. */
  readonly address: string;
  readonly cumulativeWei: bigint;
}

interface Leaf {
  /** Its place in the tree. */
  readonly node: number;
  readonly cumulativeWei: bigint;
}

const HASH = 32;
/** Hashes between two looks at what else the program has to do. */
const HASHES_A_TURN = 2_000;

/**
 * OpenZeppelin's standard Merkle tree of (address, uint256) leaves, in one flat buffer and with turns for the rest of
 * the program, because their library takes minutes and gigabytes for a million accounts.
 * Format: https://github.com/OpenZeppelin/merkle-tree#standard-merkle-trees
 */
export class RewardTree {
  /** A complete binary tree, the root first; the leaves are at the end, in the order from last to first. */
  readonly #nodes: Buffer;
  /** Where in `#nodes` each account's leaf is. */
  readonly #leaves: ReadonlyMap<string, Leaf>;
  /** The sum of all amounts. */
  readonly promisedWei: bigint;

  private constructor(nodes: Buffer, leaves: ReadonlyMap<string, Leaf>) {
    this.#nodes = nodes;
    this.#leaves = leaves;
    this.promisedWei = [...leaves.values()].reduce((sum, { cumulativeWei }) => sum + cumulativeWei, 0n);
  }

  /** @param accounts at least one, each address once. */
  static async build(accounts: readonly RewardAccount[]): Promise<RewardTree> {
    const count = accounts.length;
    if (count === 0) throw new Error('A tree needs an account.');
    const keccak = new Keccak();
    const hashes = Buffer.alloc(count * HASH);
    const leaf = Buffer.alloc(2 * HASH);
    const once = Buffer.alloc(HASH);
    for (const [index, { address, cumulativeWei }] of accounts.entries()) {
      if (index % HASHES_A_TURN === 0) await turn();
      leaf.fill(0);
      leaf.write(address.slice(2), HASH - 20, 'hex');
      leaf.write(cumulativeWei.toString(16).padStart(2 * HASH, '0'), HASH, 'hex');
      keccak.hash(leaf, once, 0);
      keccak.hash(once, hashes, index * HASH);
    }
    const order = sortedOrder(hashes);
    const total = 2 * count - 1;
    const nodes = Buffer.alloc(total * HASH);
    const leaves = new Map<string, Leaf>();
    for (const [place, index] of order.entries()) {
      const node = total - 1 - place;
      hashes.copy(nodes, node * HASH, index * HASH, (index + 1) * HASH);
      const account = accounts[index];
      if (account !== undefined) leaves.set(account.address, { node, cumulativeWei: account.cumulativeWei });
    }
    for (let node = count - 2; node >= 0; node -= 1) {
      if (node % HASHES_A_TURN === 0) await turn();
      const children = nodes.subarray((2 * node + 1) * HASH, (2 * node + 3) * HASH);
      hashPair(children, leaf);
      keccak.hash(leaf, nodes, node * HASH);
    }
    return new RewardTree(nodes, leaves);
  }

  get root(): string {
    return this.#hex(0);
  }

  /** From the leaf up; undefined when the address, in lower case, is not in the tree. */
  proofOf(address: string): { readonly cumulativeWei: bigint; readonly proof: string[] } | undefined {
    const leaf = this.#leaves.get(address);
    if (leaf === undefined) return undefined;
    const proof: string[] = [];
    for (let node = leaf.node; node > 0; node = Math.floor((node - 1) / 2)) {
      proof.push(this.#hex(node % 2 === 0 ? node - 1 : node + 1));
    }
    return { cumulativeWei: leaf.cumulativeWei, proof };
  }

  #hex(node: number): string {
    return `0x${this.#nodes.toString('hex', node * HASH, (node + 1) * HASH)}`;
  }
}

/** Two siblings, the smaller first. */
function hashPair(children: Buffer, into: Buffer): void {
  const isSorted = children.compare(children, HASH, 2 * HASH, 0, HASH) <= 0;
  children.copy(into, 0, isSorted ? 0 : HASH, isSorted ? HASH : 2 * HASH);
  children.copy(into, HASH, isSorted ? HASH : 0, isSorted ? 2 * HASH : HASH);
}

/** The order that sorts the hashes; nearly always decided by their first 52 bits. */
function sortedOrder(hashes: Buffer): Uint32Array {
  const count = hashes.length / HASH;
  const starts = Float64Array.from({ length: count }, (_, index) => hashes.readUIntBE(index * HASH, 6));
  return Uint32Array.from({ length: count }, (_, index) => index).sort((a, b) => {
    const difference = (starts[a] ?? 0) - (starts[b] ?? 0);
    if (difference !== 0) return difference;
    return hashes.compare(hashes, b * HASH, (b + 1) * HASH, a * HASH, (a + 1) * HASH);
  });
}
