import type { Logger } from 'pino';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { Chore } from '../chain/account-worker.ts';
import type { ContractCall } from '../chain/chain-account.ts';
import type { TransactionDesk } from '../chain/transaction-desk.ts';
import type { EpochRow, OutboxPurpose } from '../store/database-schema.ts';
import type { EpochStore } from './epoch-store.ts';
import type { RewardTrees } from './reward-trees.ts';
import type { SettlementContracts } from './settlement-contracts.ts';

export interface SettlerParts {
  readonly epochs: EpochStore;
  readonly trees: RewardTrees;
  readonly contracts: SettlementContracts;
  readonly desk: TransactionDesk;
  /** Writes down what is only in memory of how long nodes were ready. */
  readonly flushAvailability: () => Promise<void>;
  readonly epochMs: number;
  /** The settler pays what the distributor lacks: test networks only. */
  readonly fundsRewards: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Takes epochs from the ledger to the chain, one small step a call. Every step first looks at what the database and
 * the chain have, so it may be killed anywhere and called again.
 */
export class Settler implements Chore {
  readonly #parts: SettlerParts;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  /** @throws when the chain or the database fails: call again. */
  async advance(view: ChainView): Promise<boolean> {
    const { contracts, epochs } = this.#parts;
    const { live, pending, canMakeLive } = await contracts.state(view);
    await this.#compareWithLive(live.epoch, live.root);
    if (canMakeLive) return await this.#send(view, 'make-live', live.epoch, contracts.makeLive());
    const next = await epochs.get(live.epoch + 1);
    if (next === undefined) return await this.#freezeIfDue(view);
    if (next.root === null || next.promised_wei === null) {
      const tree = await this.#parts.trees.of(next.number);
      await epochs.setRoot(next.number, tree.root, tree.promisedWei);
      return true;
    }
    if (pending.epoch === next.number) {
      if (pending.root !== next.root) throw otherRoot(next.number);
      return false;
    }
    return await this.#submit(view, next, next.root, BigInt(next.promised_wei));
  }

  async #submit(view: ChainView, epoch: EpochRow, root: string, promisedWei: bigint): Promise<boolean> {
    const { contracts, epochs, log } = this.#parts;
    const { number } = epoch;
    if (epoch.state === 'vetoed') return false;
    if (epoch.state === 'submitted') {
      log.error(
        { epoch: number },
        'the guardian vetoed a root; look into it, then start with --resubmit-vetoed',
      );
      await epochs.markVetoed(number);
      return false;
    }
    const missingWei = await contracts.missingFor(view, promisedWei);
    if (missingWei === 0n) {
      return await this.#send(view, 'submit', number, contracts.submit(number, root, promisedWei));
    }
    if (this.#parts.fundsRewards) return await this.#send(view, 'fund', number, contracts.fund(missingWei));
    log.warn({ epoch: number, missingWei: String(missingWei) }, 'the distributor lacks funds for the root');
    return false;
  }

  async #freezeIfDue(view: ChainView): Promise<boolean> {
    const { epochs, contracts, clock, epochMs, log, flushAvailability } = this.#parts;
    const newest = await epochs.newest();
    const now = clock.now();
    if (newest !== undefined && now.getTime() < newest.cut_at.getTime() + epochMs) return false;
    await flushAvailability();
    const weights = await contracts.rewardWeights(view);
    const number = await epochs.freeze(now, epochMs, weights);
    if (number !== undefined) log.info({ epoch: number }, 'an epoch is frozen');
    return number !== undefined;
  }

  /** @throws when the chain was settled from another database than this. */
  async #compareWithLive(number: number, root: string): Promise<void> {
    if (number === 0) return;
    const { epochs, log } = this.#parts;
    const epoch = await epochs.get(number);
    if (epoch?.root !== root) throw otherRoot(number);
    if (epoch.state === 'live') return;
    await epochs.markLive(number);
    log.info({ epoch: number, root }, 'nodes are paid by a new root');
  }

  async #send(view: ChainView, purpose: OutboxPurpose, epoch: number, call: ContractCall): Promise<boolean> {
    await this.#parts.desk.send(view, { purpose, subject: String(epoch) }, call);
    return true;
  }
}

function otherRoot(epoch: number): GataError {
  return new GataError(
    'conflict',
    `The chain has another root for epoch ${epoch} than this database. Nothing is settled until the database that made it is back.`,
  );
}
