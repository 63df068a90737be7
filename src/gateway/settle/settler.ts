import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { EpochRow } from '../store/database-schema.ts';
import type { EpochStore } from './epoch-store.ts';
import type { RewardTrees } from './reward-trees.ts';
import type { SettlementChain, SignedTransaction } from './settlement-chain.ts';
import type { OutboxEntry, SettlerOutbox } from './settler-outbox.ts';

export interface SettlerParts {
  readonly epochs: EpochStore;
  readonly outbox: SettlerOutbox;
  readonly trees: RewardTrees;
  readonly chain: SettlementChain;
  /** Writes down what is only in memory of how long nodes were ready. */
  readonly flushAvailability: () => Promise<void>;
  readonly epochMs: number;
  /** Blocks after which a transaction counts as there for good. */
  readonly confirmations: number;
  /** The settler pays what the distributor lacks: test networks only. */
  readonly fundsRewards: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A transaction that no block took for so long is offered at a higher price. */
const DEARER_AFTER_MS = 60_000;

/**
 * Takes epochs from the ledger to the chain, one small step a call. Every step first looks at what the database and
 * the chain have, and what it sends is written down before, so it may be killed anywhere and called again: a
 * transaction is only ever sent again as it was, or in the place of itself.
 */
export class Settler {
  readonly #parts: SettlerParts;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  /** @returns whether there is something to do at once. @throws when the chain or the database fails: call again. */
  async step(): Promise<boolean> {
    const { outbox, chain, epochs } = this.#parts;
    const sent = await outbox.current();
    if (sent !== undefined) return await this.#follow(sent);
    const { live, pending, canMakeLive } = await chain.state();
    await this.#compareWithLive(live.epoch, live.root);
    if (canMakeLive) {
      await this.#send('make-live', live.epoch, (nonce) => chain.signMakeLive(nonce));
      return true;
    }
    const next = await epochs.get(live.epoch + 1);
    if (next === undefined) return await this.#freezeIfDue();
    if (next.root === null || next.promised_wei === null) {
      const tree = await this.#parts.trees.of(next.number);
      await epochs.setRoot(next.number, tree.root, tree.promisedWei);
      return true;
    }
    if (pending.epoch === next.number) {
      if (pending.root !== next.root) throw otherRoot(next.number);
      return false;
    }
    return await this.#submit(next, next.root, BigInt(next.promised_wei));
  }

  async #submit(epoch: EpochRow, root: string, promisedWei: bigint): Promise<boolean> {
    const { chain, epochs, log } = this.#parts;
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
    const missingWei = await chain.missingFor(promisedWei);
    if (missingWei > 0n) {
      if (!this.#parts.fundsRewards) {
        log.warn(
          { epoch: number, missingWei: String(missingWei) },
          'the distributor lacks funds for the root',
        );
        return false;
      }
      await this.#send('fund', number, (nonce) => chain.signFunding(missingWei, nonce));
      return true;
    }
    await this.#send('submit', number, (nonce) => chain.signSubmit(number, root, promisedWei, nonce));
    return true;
  }

  async #freezeIfDue(): Promise<boolean> {
    const { epochs, chain, clock, epochMs, log, flushAvailability } = this.#parts;
    const newest = await epochs.newest();
    const now = clock.now();
    if (newest !== undefined && now.getTime() < newest.cut_at.getTime() + epochMs) return false;
    await flushAvailability();
    const { weights } = await chain.parameters();
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

  /** The transaction under way: to be sent again, to be waited for, or there for good. */
  async #follow(entry: OutboxEntry): Promise<boolean> {
    const { chain, outbox, clock, confirmations, log } = this.#parts;
    const nonce = await chain.nonce();
    if (nonce < entry.nonce) {
      // Transactions before this one are gone, as on a chain restored from a backup: start again from what it has.
      log.warn({ purpose: entry.purpose, epoch: entry.epoch }, 'the chain forgot earlier transactions');
      await outbox.clear(entry, false);
      return true;
    }
    if (nonce === entry.nonce) {
      const isStuck = clock.now().getTime() - entry.signedAt.getTime() > DEARER_AFTER_MS;
      const current = isStuck ? await this.#dearer(entry) : entry;
      await chain.broadcast(current.raw);
      return false;
    }
    if ((await chain.nonce(confirmations)) <= entry.nonce) return false;
    const outcomes = await Promise.all(entry.hashes.map((hash) => chain.outcome(hash)));
    const isDone = outcomes.includes('done');
    const { purpose, epoch, hashes } = entry;
    if (isDone) log.info({ purpose, epoch }, 'the chain has a transaction of the settlement');
    else log.warn({ purpose, epoch, hashes, outcomes }, 'a transaction of the settlement did nothing');
    await outbox.clear(entry, isDone);
    return true;
  }

  async #dearer(entry: OutboxEntry): Promise<OutboxEntry> {
    const { raw, hash } = await this.#parts.chain.signDearer(entry.raw);
    const dearer = { ...entry, raw, hashes: [...entry.hashes, hash], signedAt: this.#parts.clock.now() };
    await this.#parts.outbox.keep(dearer);
    return dearer;
  }

  async #send(
    purpose: OutboxEntry['purpose'],
    epoch: number,
    sign: (nonce: number) => Promise<SignedTransaction>,
  ): Promise<void> {
    const { chain, outbox, clock } = this.#parts;
    const nonce = await chain.nonce();
    const { raw, hash } = await sign(nonce);
    await outbox.keep({ nonce, purpose, epoch, raw, hashes: [hash], signedAt: clock.now() });
    await chain.broadcast(raw);
  }
}

function otherRoot(epoch: number): GataError {
  return new GataError(
    'conflict',
    `The chain has another root for epoch ${epoch} than this database. Nothing is settled until the database that made it is back.`,
  );
}
