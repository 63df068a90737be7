import type { ChainAccess } from '../../shared/chain/rpc/chain-access.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { ClaimRelayOffer, ClaimRelayRequest, ClaimRelayState } from '../../shared/claim-relay.ts';
import type { Clock } from '../../shared/clock.ts';
import type { TransactionDesk } from '../chain/transaction-desk.ts';
import type { EpochStore } from '../settle/epoch-store.ts';
import type { RewardTrees } from '../settle/reward-trees.ts';
import type { RelayedClaimRow } from '../store/database-schema.ts';
import type { ClaimContract } from './claim-contract.ts';
import { type ClaimSender, DAY_MS } from './claim-sender.ts';
import { type ClaimKey, type ClaimStore, keyOf, subjectOf } from './claim-store.ts';
import { whyNotOffered, whyRefused } from './judge-claim.ts';
import type { RelayLimits } from './relay-options.ts';

export interface ClaimRelayParts {
  readonly chain: ChainAccess;
  readonly claims: ClaimStore;
  readonly contract: ClaimContract;
  readonly sender: Pick<ClaimSender, 'health'>;
  readonly desk: TransactionDesk;
  readonly epochs: EpochStore;
  readonly trees: RewardTrees;
  readonly limits: RelayLimits;
  readonly clock: Clock;
}

interface AskedClaim {
  readonly key: ClaimKey;
  readonly stake: ClaimRelayRequest['stake'];
  /** The same claim as it was asked for before. */
  readonly known: RelayedClaimRow | undefined;
  readonly view: ChainView;
  readonly claimedWei: bigint;
}

/** What is left of a signature's time when it is taken, at least, so that it can still be sent. */
const SIGNATURE_MARGIN_SECONDS = 30;

/** Takes accounts' requests to claim for them, and says how far they are. */
export class ClaimRelay {
  readonly #parts: ClaimRelayParts;

  constructor(parts: ClaimRelayParts) {
    this.#parts = parts;
  }

  /** @param account lower case. */
  async offer(account: string): Promise<ClaimRelayOffer> {
    const { sender, limits } = this.#parts;
    const reason = whyNotOffered({ health: sender.health, ...(await this.#usage(account)) }, limits);
    return { offered: reason === null, reason, minimumWei: String(limits.minimumWei) };
  }

  /**
   * Takes a claim, once for each amount; the same again tells how far it is.
   * @param account lower case.
   * @throws GataError as the chain does.
   */
  async request(account: string, { cumulative, stake }: ClaimRelayRequest): Promise<ClaimRelayState> {
    const key = { account, cumulativeWei: BigInt(cumulative) };
    const known = await this.#parts.claims.get(key);
    if (known !== undefined) {
      const state = await this.#stateOf(known);
      const isSame = stake === null || known.stake_signature === stake.signature;
      const mayChange = state.state === 'refused' || (state.state === 'waiting' && !isSame);
      // The same again after a refusal would be refused again, unless what it was refused for has passed.
      if (!mayChange) return state;
    }
    const view = await this.#parts.chain.look();
    const claimedWei = await this.#parts.contract.claimed(view, account);
    if (claimedWei >= key.cumulativeWei) {
      return { state: 'done', transactionHash: null, detail: 'It was paid already.' };
    }
    const refusal = await this.#whyRefused({ key, stake, known, view, claimedWei });
    if (refusal !== null) return { state: 'refused', transactionHash: null, detail: refusal };
    await this.#parts.claims.take(key, stake, this.#parts.clock.now());
    return { state: 'waiting', transactionHash: null, detail: null };
  }

  async #whyRefused({ key, stake, known, view, claimedWei }: AskedClaim): Promise<string | null> {
    const { contract, epochs, trees, sender, limits, clock } = this.#parts;
    const live = await epochs.newestLive();
    const leaf = live && (await trees.of(live.number)).proofOf(key.account);
    const usage = await this.#usage(key.account);
    const facts = {
      ...{ ...key, leafWei: leaf?.cumulativeWei, claimedWei, health: sender.health, ...usage },
      // A claim that is asked for anew was counted.
      claimsOfAccount: usage.claimsOfAccount - (known?.state === 'waiting' ? 1 : 0),
    };
    const refusal = whyRefused(facts, limits);
    if (refusal !== null || stake === null) return refusal;
    const nowSeconds = Math.max(clock.now().getTime() / 1000, (await view.block(view.height)).timestamp);
    if (stake.deadline < nowSeconds + SIGNATURE_MARGIN_SECONDS) {
      return 'The signature is no longer good for long enough. Sign again with a later deadline.';
    }
    if (await contract.isSigned(view, key, stake)) return null;
    return "The signature is not the account's, or of an earlier nonce. Sign again.";
  }

  async #stateOf(row: RelayedClaimRow): Promise<ClaimRelayState> {
    const { state, detail, transaction_hash: transactionHash } = row;
    if (state !== 'waiting') return { state, transactionHash, detail };
    const sent = await this.#parts.desk.current();
    if (sent?.subject === subjectOf(keyOf(row))) {
      return { state: 'sent', transactionHash: sent.hashes.at(-1) ?? null, detail: null };
    }
    return { state, transactionHash, detail };
  }

  async #usage(account: string) {
    const { claims, clock } = this.#parts;
    return await claims.usage(account, new Date(clock.now().getTime() - DAY_MS));
  }
}
