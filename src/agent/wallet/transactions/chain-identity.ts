import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';

/** So many looks in a row have to show another first block before it counts as another chain. */
const LOOKS_NEEDED = 3;

/**
 * Whether the chain is the one of the journal: a test chain that was begun anew has the same number and other blocks,
 * and what was done on the old one means nothing there. The first block of a chain never changes.
 */
export class ChainIdentity {
  #differing = 0;

  /**
   * @param known the hash of the journal's first block; null: not known yet.
   * @returns the chain's first block, and `unknown` to remember it, `same` to go on, `doubtful` when nothing may be
   * done until it was looked again, or `replaced`. The word of one endpoint of several is only enough to go on.
   * @throws GataError as `ChainView.ask`.
   */
  async compare(
    known: string | null,
    view: ChainView,
  ): Promise<{ firstBlock: string; verdict: 'unknown' | 'same' | 'doubtful' | 'replaced' }> {
    const answer = await view.blockWitnessed(0);
    const firstBlock = answer.value.hash;
    const isSure = view.isSure(answer);
    if (known === null) return { firstBlock, verdict: isSure ? 'unknown' : 'same' };
    if (known === firstBlock) {
      this.#differing = 0;
      return { firstBlock, verdict: 'same' };
    }
    if (isSure) this.#differing += 1;
    return { firstBlock, verdict: this.#differing >= LOOKS_NEEDED ? 'replaced' : 'doubtful' };
  }
}
