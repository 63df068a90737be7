import type { Logger } from 'pino';
import { CallRevertedError } from '../../shared/chain/rpc/call-reverted.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Chore } from '../chain/account-worker.ts';
import type { TransactionDesk } from '../chain/transaction-desk.ts';
import type { EpochStore } from '../settle/epoch-store.ts';
import type { RewardTrees } from '../settle/reward-trees.ts';
import type { RelayedClaimRow } from '../store/database-schema.ts';
import type { ClaimContract } from './claim-contract.ts';
import { type ClaimKey, type ClaimStore, keyOf, subjectOf } from './claim-store.ts';
import type { RelayHealth } from './judge-claim.ts';
import type { RelayLimits } from './relay-options.ts';

export interface ClaimSenderParts {
  readonly claims: ClaimStore;
  readonly contract: ClaimContract;
  readonly desk: TransactionDesk;
  readonly epochs: EpochStore;
  readonly trees: RewardTrees;
  readonly limits: RelayLimits;
  readonly confirmations: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export const DAY_MS = 86_400_000;
/** A claim that could not be sent for so long is refused, so that its account can pay for itself. */
const PATIENCE_MS = 30 * 60_000;
/** One that cannot be sent at the moment must not hold up those behind it. */
const LOOKED_AT = 10;

/** What can pass by itself: the root may be about to become live, or was just replaced. */
const PASSING = new Set(['NotInRoot', 'MoreThanPromised']);

/** Sends the claims that wait, each when a try shows that it would pay. */
export class ClaimSender implements Chore {
  readonly #parts: ClaimSenderParts;
  #health: RelayHealth;
  #healthAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: ClaimSenderParts) {
    this.#parts = parts;
  }

  /** As of the last look at the chain. */
  get health(): RelayHealth {
    return this.#health;
  }

  /** Whether the chain has to be looked at. @param healthMs how old the account's state may be. */
  async hasWork(healthMs: number): Promise<boolean> {
    const { claims, desk, clock } = this.#parts;
    if (clock.now().getTime() - this.#healthAtMs >= healthMs) return true;
    return (await desk.current()) !== undefined || (await claims.waiting(1)).length > 0;
  }

  /** The chain does not answer: nothing is offered until it does. */
  forgetHealth(): void {
    this.#health = undefined;
    this.#healthAtMs = Number.NEGATIVE_INFINITY;
  }

  async advance(view: ChainView): Promise<boolean> {
    const { desk, claims, clock } = this.#parts;
    const { address } = desk.account;
    this.#health = { gasPriceWei: await view.gasPrice(), coinsWei: await view.coins(address) };
    this.#healthAtMs = clock.now().getTime();
    for (const claim of await claims.waiting(LOOKED_AT)) {
      if (await this.#advanceClaim(view, claim)) return true;
    }
    return false;
  }

  async #advanceClaim(view: ChainView, claim: RelayedClaimRow): Promise<boolean> {
    const { contract, claims, confirmations } = this.#parts;
    const key = keyOf(claim);
    if ((await contract.claimed(view, key.account)) >= key.cumulativeWei) {
      const deep = await contract.claimedAt(view, view.height - confirmations, key.account);
      if (deep !== undefined && deep >= key.cumulativeWei) {
        return await this.#end(key, 'done', 'It was paid by another transaction.');
      }
      await claims.explain(key, 'Another transaction paid it a moment ago.');
      return false;
    }
    if (this.#isTooLate(claim)) {
      return await this.#end(key, 'refused', claim.detail ?? 'It could not be sent in time.');
    }
    const leaf = await this.#leafOf(key.account);
    if (leaf === undefined) return await this.#wait(key, 'It waits for the root that pays.');
    const stake =
      claim.stake_deadline === null || claim.stake_signature === null
        ? null
        : { deadline: claim.stake_deadline, signature: claim.stake_signature };
    if (stake !== null && leaf.cumulativeWei !== key.cumulativeWei) {
      const detail = 'A newer root pays more than was signed for. Sign the new amount and ask again.';
      return await this.#end(key, 'refused', detail);
    }
    // Without a signature the newest amount is claimed, which the one asked for is a part of.
    const call = contract.claim(
      { account: key.account, cumulativeWei: leaf.cumulativeWei },
      leaf.proof,
      stake,
    );
    return await this.#send(view, key, call);
  }

  async #send(view: ChainView, key: ClaimKey, call: ReturnType<ClaimContract['claim']>): Promise<boolean> {
    const { desk, claims, limits, clock, log } = this.#parts;
    const coinsWei = this.#health?.coinsWei ?? 0n;
    let terms: Awaited<ReturnType<typeof desk.account.terms>>;
    try {
      terms = await desk.account.terms(view, call);
    } catch (error) {
      if (!(error instanceof CallRevertedError)) throw error;
      const { reason } = error;
      if (PASSING.has(reason)) return await this.#wait(key, 'It waits for the root that pays.');
      return await this.#end(key, 'refused', `The contract would refuse it: ${reason}.`);
    }
    if (terms.gasPriceWei > limits.gasPriceCeilingWei) {
      return await this.#wait(
        key,
        'The price of gas is higher than the gateway pays; it waits for a lower one.',
      );
    }
    const costWei = terms.gasLimit * terms.gasPriceWei;
    const { spentWei } = await claims.usage(key.account, new Date(clock.now().getTime() - DAY_MS));
    if (spentWei + costWei > limits.gasPerDayWei) {
      return await this.#end(key, 'refused', "The gateway's budget for fees is used up for today.");
    }
    if (coinsWei < costWei) {
      log.warn(
        { address: desk.account.address, coinsWei: String(coinsWei) },
        'the relay lacks coins for gas',
      );
      return await this.#wait(key, "The gateway's account has too few coins to pay the fee.");
    }
    await desk.send(view, { purpose: 'claim', subject: subjectOf(key) }, call, terms);
    return true;
  }

  /** In the root that pays. */
  async #leafOf(account: string) {
    const { epochs, trees } = this.#parts;
    const live = await epochs.newestLive();
    return live && (await trees.of(live.number)).proofOf(account);
  }

  #isTooLate(claim: RelayedClaimRow): boolean {
    const nowMs = this.#parts.clock.now().getTime();
    if (claim.stake_deadline !== null && claim.stake_deadline * 1000 < nowMs) return true;
    return nowMs - claim.requested_at.getTime() > PATIENCE_MS;
  }

  async #wait(key: ClaimKey, detail: string): Promise<false> {
    await this.#parts.claims.explain(key, detail);
    return false;
  }

  async #end(key: ClaimKey, state: 'done' | 'refused', detail: string): Promise<true> {
    await this.#parts.claims.end(key, state, detail, this.#parts.clock.now());
    return true;
  }
}
