import { CONTRACT_INTERFACES } from '../../../shared/chain/contract-interfaces.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { WalletEffects } from '../../../shared/wallet-transactions.ts';
import type { RewardProofs } from '../actions/reward-proofs.ts';
import type { TransactionSigner } from '../signer/transaction-signer.ts';
import { effectsOf } from '../transactions/effects-of.ts';
import type { JournalEvent } from '../transactions/journal-event.ts';
import type { Operation } from '../transactions/operation.ts';
import type { ClaimRelay } from './claim-relay-client.ts';
import { endOf, nextRelayStep, type RelayFacts } from './next-relay-step.ts';

const NO_EFFECTS: WalletEffects = { claimedWei: '0', stakedWei: '0', withdrawnWei: '0' };
/** Of the gateway's time: the longest pause between two questions; each is twice as long as the one before. */
const LONGEST_PAUSE_SHARE = 1 / 20;

interface RelayPace {
  /** How long the gateway has for a claim; a signature is good for as long. */
  readonly relayMs: number;
  /** Between the first two questions about a claim. */
  readonly askMs: number;
  /** Blocks, its own included, under which a payment counts as final. */
  readonly depth: number;
}

export interface RelayedClaimsParts {
  readonly profile: NetworkProfile;
  readonly gateway: ClaimRelay;
  readonly proofs: RewardProofs;
  readonly signer: TransactionSigner;
  readonly pace: RelayPace;
  readonly clock: Clock;
}

/** What to write into the journal, in this order, and why it does not go on. */
export interface RelayNews {
  readonly events: readonly JournalEvent[];
  readonly problem: string | null;
}

/**
 * Claims that the gateway sends. The wallet makes no transaction for them, so it cannot make one twice; the contract
 * pays each wei once, whoever claims. Whether it happened, the chain says.
 */
export class RelayedClaims {
  readonly #parts: RelayedClaimsParts;
  /** By operation, when the gateway may be asked again. */
  readonly #asks = new Map<string, { atMs: number; nextMs: number }>();

  constructor(parts: RelayedClaimsParts) {
    this.#parts = parts;
  }

  /** @throws GataError as the chain, the gateway and the signer do; it is tried again. */
  async advance(operation: Operation, view: ChainView): Promise<RelayNews> {
    const facts = await this.#facts(operation, view);
    const step = nextRelayStep(operation, facts);
    const { relay } = operation;
    switch (step.do) {
      case 'settle':
        return this.#settle(operation, view);
      case 'end':
        return this.#end(operation.id, step.outcome, step.detail);
      case 'await-depth':
        // Which transaction it was is of interest still.
        return relay.named.length > 0 ? waiting(null) : this.#repeat(operation);
      case 'wait':
        return waiting(step.why);
      case 'ask-anew':
        return this.#askAnew(operation, view, facts);
      case 'judge-refusal': {
        if (await this.#isOutOfDate(operation, view)) return this.#askAnew(operation, view, facts);
        const { outcome, detail } = endOf(operation);
        return this.#end(operation.id, outcome, detail);
      }
      case 'ask':
        return this.#ask(operation, view, facts);
    }
  }

  async #facts(operation: Operation, view: ChainView): Promise<RelayFacts> {
    const { pace, clock } = this.#parts;
    const deep = Math.max(0, view.height - pace.depth + 1);
    const paid = await this.#claimed(operation.account, deep, view);
    const block = await view.blockWitnessed(deep);
    const paidNow = await this.#claimed(operation.account, view.height, view);
    return {
      paidNowWei: paidNow.value,
      paidForGoodWei: view.isSure(paid) ? paid.value : 0n,
      settledChainSeconds: view.isSure(block) ? block.value.timestamp : 0,
      chainSeconds: (await view.block(view.height)).timestamp,
      nowMs: clock.now().getTime(),
      relayMs: pace.relayMs,
    };
  }

  async #claimed(account: string, height: number, view: ChainView) {
    const { rewards } = this.#parts.profile.contracts;
    const answer = await view.readAt(height, CONTRACT_INTERFACES.rewards, rewards, 'claimed', account);
    return { value: BigInt(String(answer.value[0])), witnesses: answer.witnesses };
  }

  /** The chain paid the account. Was it a transaction that the gateway named? */
  async #settle(operation: Operation, view: ChainView): Promise<RelayNews> {
    const { id, action } = operation;
    const found = await this.#findPayment(operation, view);
    const effects = found?.effects ?? NO_EFFECTS;
    const isIt = found !== undefined;
    const mustBeStaked = action.kind === 'claim-and-stake';
    // Its other stakes were others'.
    const isStaked = mustBeStaked && BigInt(effects.stakedWei) >= BigInt(effects.claimedWei);
    const settled: JournalEvent = {
      type: 'relay-settled',
      id,
      hash: found?.hash ?? null,
      blockNumber: found?.blockNumber ?? null,
      effects: { ...effects, stakedWei: isStaked ? effects.claimedWei : '0', withdrawnWei: '0' },
    };
    const who = isIt ? '' : 'Another transaction than the one that the gateway named paid it. ';
    const unstaked = mustBeStaked && !isStaked ? 'Look whether it was staked; if not, stake it.' : '';
    const detail = `${who}${unstaked}`.trim();
    const { events } = this.#end(id, 'done', detail === '' ? null : detail);
    return news(settled, ...events);
  }

  async #findPayment({ account, relay }: Operation, view: ChainView) {
    const { profile, gateway } = this.#parts;
    const named = [...relay.named].reverse();
    const last = relay.asked.at(-1);
    if (named.length === 0 && last !== undefined) {
      // It may have sent it while this program did not run; that it was paid does not depend on the answer.
      const { cumulative, stake } = last;
      const told = await gateway.request(account, { cumulative, stake }).catch(() => null);
      if (told !== null && told.transactionHash !== null) named.push(told.transactionHash);
    }
    for (const hash of named) {
      const { value: receipt, ...answer } = await view.receipt(hash);
      if (receipt?.status !== 1 || answer.witnesses < view.witnessesNeeded) continue;
      const effects = effectsOf(receipt, account, profile);
      if (effects.claimedWei !== '0') return { hash, blockNumber: receipt.blockNumber, effects };
    }
    return undefined;
  }

  #end(id: string, outcome: 'done' | 'failed' | 'cancelled', detail: string | null): RelayNews {
    this.#asks.delete(id);
    return news({ type: 'ended', id, outcome, detail });
  }

  /** Journals what the gateway is to be asked, signed where it must be; it is asked at the next look. */
  async #askAnew(operation: Operation, view: ChainView, facts: RelayFacts): Promise<RelayNews> {
    const { proofs, signer, clock, pace } = this.#parts;
    const { id, account, action } = operation;
    const leaf = await proofs.proofOf(account);
    if (leaf === undefined || leaf.live === false) {
      return waiting('It waits until what was earned can be claimed.');
    }
    if (BigInt(leaf.cumulative) <= facts.paidForGoodWei) {
      return this.#end(id, 'done', 'There was nothing left to claim: it was paid by another transaction.');
    }
    const at = clock.now().toISOString();
    const asked = { type: 'relay-asked' as const, id, at, cumulative: leaf.cumulative };
    this.#asks.delete(id);
    if (action.kind !== 'claim-and-stake') return news({ ...asked, stake: null, nonce: null });
    this.#requireKeyOf(account);
    const nonce = await this.#nonce(account, view);
    const deadline = facts.chainSeconds + Math.ceil(pace.relayMs / 1000);
    const { signature } = await signer.signTypedData({
      type: 'claim-and-stake',
      account,
      cumulative: leaf.cumulative,
      nonce,
      deadline: String(deadline),
    });
    return news({ ...asked, stake: { deadline, signature }, nonce });
  }

  /** Whether the root or the contract's nonce has changed since the gateway was asked. */
  async #isOutOfDate({ account, relay }: Operation, view: ChainView): Promise<boolean> {
    const last = relay.asked.at(-1);
    const leaf = await this.#parts.proofs.proofOf(account);
    if (leaf !== undefined && leaf.live !== false && leaf.cumulative !== last?.cumulative) return true;
    return last?.nonce != null && (await this.#nonce(account, view)) !== last.nonce;
  }

  async #nonce(account: string, view: ChainView): Promise<string> {
    const { rewards } = this.#parts.profile.contracts;
    const [nonce] = await view.read(CONTRACT_INTERFACES.rewards, rewards, 'nonces', account);
    return String(nonce);
  }

  async #ask(operation: Operation, view: ChainView, facts: RelayFacts): Promise<RelayNews> {
    if (!this.#isDue(operation.id)) return waiting(operation.relay.told?.detail ?? null);
    // What it has for an old root the contract refuses; and it may say that it sent what it did not.
    if (operation.relay.told !== null && (await this.#isOutOfDate(operation, view))) {
      return this.#askAnew(operation, view, facts);
    }
    return this.#repeat(operation);
  }

  #isDue(id: string): boolean {
    return this.#parts.clock.now().getTime() >= (this.#asks.get(id)?.atMs ?? 0);
  }

  /** Asks the gateway, with longer and longer pauses. */
  async #repeat({ id, account, relay }: Operation): Promise<RelayNews> {
    const { gateway, clock, pace } = this.#parts;
    const question = relay.asked.at(-1);
    if (question === undefined || !this.#isDue(id)) return waiting(relay.told?.detail ?? null);
    const pauseMs = this.#asks.get(id)?.nextMs ?? pace.askMs;
    const nextMs = Math.min(pace.relayMs * LONGEST_PAUSE_SHARE, pauseMs * 2);
    this.#asks.set(id, { atMs: clock.now().getTime() + pauseMs, nextMs });
    const { cumulative, stake } = question;
    const told = await gateway.request(account, { cumulative, stake });
    const isKnown = JSON.stringify(told) === JSON.stringify(relay.told);
    return { events: isKnown ? [] : [{ type: 'relay-told', id, told }], problem: told.detail };
  }

  #requireKeyOf(account: string): void {
    const { address } = this.#parts.signer;
    if (address === null) {
      throw new GataError('wallet-locked', 'The wallet is locked. Unlock it, and Gata goes on by itself.');
    }
    if (address.toLowerCase() === account.toLowerCase()) return;
    throw new GataError(
      'signing-refused',
      `This was confirmed for ${account}, but the wallet is ${address} now. Unlock that one, or cancel.`,
    );
  }
}

function news(...events: JournalEvent[]): RelayNews {
  return { events, problem: null };
}

function waiting(problem: string | null): RelayNews {
  return { events: [], problem };
}
