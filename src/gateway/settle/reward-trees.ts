import type { EpochStore } from './epoch-store.ts';
import { RewardTree } from './reward-tree.ts';

/** The one that pays and the one that waits. */
const KEPT = 2;

/** The trees of the last epochs, made from the database when they are asked for. */
export class RewardTrees {
  readonly #epochs: EpochStore;
  readonly #trees = new Map<number, Promise<RewardTree>>();

  constructor(epochs: EpochStore) {
    this.#epochs = epochs;
  }

  async of(epoch: number): Promise<RewardTree> {
    const known = this.#trees.get(epoch);
    if (known !== undefined) return await known;
    const tree = this.#epochs.accounts(epoch).then((accounts) => RewardTree.build(accounts));
    this.#trees.set(epoch, tree);
    // What failed is tried again.
    tree.catch(() => this.#trees.delete(epoch));
    for (const old of [...this.#trees.keys()].sort((a, b) => a - b).slice(0, -KEPT)) this.#trees.delete(old);
    return await tree;
  }
}
