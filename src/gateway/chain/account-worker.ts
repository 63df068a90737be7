import type { ChainAccess } from '../../shared/chain/rpc/chain-access.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { TransactionDesk } from './transaction-desk.ts';

/** Something that an account is used for. */
export interface Chore {
  /**
   * Takes one small step from what database and chain have; sends one transaction at most.
   * @returns whether it did something.
   */
  advance(view: ChainView): Promise<boolean>;
}

/** Does the work of one account: its transaction under way first, then its chores in their order. */
export class AccountWorker {
  readonly #chain: ChainAccess;
  readonly #desk: TransactionDesk;
  readonly #chores: readonly Chore[];

  constructor(chain: ChainAccess, desk: TransactionDesk, chores: readonly Chore[]) {
    this.#chain = chain;
    this.#desk = desk;
    this.#chores = chores;
  }

  /**
   * @returns whether there is something to do at once.
   * @throws when the chain or the database fails: call again. A chore that fails does not keep the others from theirs.
   */
  async step(): Promise<boolean> {
    const view = await this.#chain.look();
    const followed = await this.#desk.follow(view);
    if (followed !== 'idle') return followed === 'ended';
    const failures: unknown[] = [];
    for (const chore of this.#chores) {
      try {
        if (await chore.advance(view)) return true;
      } catch (error) {
        failures.push(error);
        // It may have failed after it had written a transaction down.
        if ((await this.#desk.current()) !== undefined) break;
      }
    }
    if (failures.length > 0) throw failures[0];
    return false;
  }
}
