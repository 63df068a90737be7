import { randomUUID } from 'node:crypto';
import type { ChainAccess } from '../../../shared/chain/rpc/chain-access.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { WalletState } from '../../../shared/wallet.ts';
import type {
  ActionPlan,
  OperationView,
  PlanFee,
  PlanRequest,
  WalletAction,
  WalletLedger,
} from '../../../shared/wallet-transactions.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import type { ClaimRelay } from '../relay/claim-relay-client.ts';
import type { Operation } from '../transactions/operation.ts';
import type { Intent, TransactionEngine } from '../transactions/transaction-engine.ts';
import { type BuiltAction, buildCalls } from './build-calls.ts';
import { aboveCeiling, whyNotWorthIt } from './claim-worth.ts';
import { gasOfCalls } from './gas-of-calls.ts';
import { viewOperation } from './operation-view.ts';
import { NO_GAS, planFee } from './plan-fee.ts';
import { requireRelay } from './relay-terms.ts';
import type { RewardProofs } from './reward-proofs.ts';

const PLAN_LASTS_MS = 120_000;
const MOST_PLANS = 32;
const MOST_CLOCK_SECONDS = 120;

/** What the desk needs to know of the wallet's keys. */
interface DeskKeys {
  /** `address` is null without a wallet and without a payout address. */
  state(): Pick<WalletState, 'address' | 'state' | 'problem'>;
}

export interface ActionDeskParts {
  readonly profile: NetworkProfile;
  readonly chain: ChainAccess;
  readonly engine: TransactionEngine;
  readonly proofs: RewardProofs;
  readonly relay: Pick<ClaimRelay, 'offer'>;
  readonly keys: DeskKeys;
  readonly settings: () => Pick<Settings, 'wallet' | 'energy'>;
  /** What the gateway's statement has in no root yet, in wei of the token; null: not known. */
  readonly pendingWei: () => bigint | null;
  readonly clock: Clock;
}

interface OpenPlan {
  readonly intent: Intent;
  readonly expiresAtMs: number;
}

/** Where the user decides: an action is planned and shown, and what was shown, and nothing else, can be confirmed. */
export class ActionDesk {
  readonly #parts: ActionDeskParts;
  /** By confirmation id. */
  readonly #plans = new Map<string, OpenPlan>();
  #isProfileChecked = false;

  constructor(parts: ActionDeskParts) {
    this.#parts = parts;
  }

  /** The chain, with the contracts of the profile on it. @throws GataError as `ChainAccess.checkProfile`. */
  async look(): Promise<ChainView> {
    const { chain } = this.#parts;
    // Once: it costs a call for each contract.
    if (!this.#isProfileChecked) await chain.checkProfile();
    this.#isProfileChecked = true;
    return chain.look();
  }

  /** Newest first. */
  operations(): OperationView[] {
    return this.#parts.engine.operations.map((each) => this.#view(each)).reverse();
  }

  /**
   * @throws GataError `conflict` without an address, when there is nothing to do, when the contract would refuse or
   * when the gateway does not pay; `wrong-chain`, `chain-unreachable`, `chain-disagrees` or `gateway-unreachable`;
   * `invalid-request` for what cannot be done.
   */
  async plan({ action, signElsewhere = false, relayed = false }: PlanRequest): Promise<ActionPlan> {
    const { profile, proofs, clock } = this.#parts;
    const way = { signElsewhere, relayed };
    const account = this.#account(action, way);
    const view = await this.look();
    const built = await buildCalls(action, account, { profile, view, proofs });
    if (relayed) requireRelay(built.amountWei, await this.#parts.relay.offer(account), profile.token);
    // Also of what the gateway would send: it must not be asked for what the contract refuses.
    const gas = await gasOfCalls(built.calls, account, view);
    const cost = relayed ? NO_GAS : { gas, gasPriceWei: await view.gasPrice() };
    const fee = planFee(cost, profile, this.#parts.settings());
    const warnings = await this.#warnings(view, account, built, { action, fee, relayed });
    const calls = [...built.calls];
    const confirmationId = randomUUID();
    const expiresAtMs = clock.now().getTime() + PLAN_LASTS_MS;
    this.#forgetOldPlans();
    this.#plans.set(confirmationId, {
      intent: { id: confirmationId, account, action, calls, ...way },
      expiresAtMs,
    });
    return {
      confirmationId,
      expiresAt: new Date(expiresAtMs).toISOString(),
      account,
      action,
      summary: built.summary,
      amountWei: built.amountWei === null ? null : String(built.amountWei),
      calls,
      fee,
      relayed,
      warnings,
    };
  }

  /** Where what was earned is. @throws GataError `conflict` without an address; else as `plan`. */
  async ledger(): Promise<WalletLedger> {
    const { profile, engine, proofs, keys, pendingWei } = this.#parts;
    const account = addressOf(keys);
    const [view, proof] = await Promise.all([this.look(), proofs.proofOf(account)]);
    const word = { proof, pendingWei: pendingWei() };
    return readLedger(view, account, { profile, word, operations: engine.operations });
  }

  /** Does what was planned. The same id again shows the same operation. @throws GataError `conflict`. */
  confirm(confirmationId: string): OperationView {
    const { engine, clock } = this.#parts;
    const known = engine.operations.find(({ id }) => id === confirmationId);
    if (known !== undefined) return this.#view(known);
    const plan = this.#plans.get(confirmationId);
    this.#plans.delete(confirmationId);
    if (plan === undefined || plan.expiresAtMs < clock.now().getTime()) {
      throw new GataError(
        'conflict',
        'This confirmation is no longer valid, and nothing was sent. Look at the fee again.',
      );
    }
    return this.#view(engine.submit(plan.intent));
  }

  /** @throws GataError `not-found` or `conflict`. */
  cancel(id: string): OperationView {
    return this.#view(this.#parts.engine.cancel(id));
  }

  /** @throws GataError `not-found`, `conflict` or `transaction-refused`. */
  acceptSigned(id: string, raw: string): OperationView {
    return this.#view(this.#parts.engine.acceptSigned(id, raw));
  }

  /** Who acts, if it can act this way. @throws GataError `conflict` or `invalid-request`. */
  #account(
    action: WalletAction,
    { signElsewhere, relayed }: Pick<Intent, 'signElsewhere' | 'relayed'>,
  ): string {
    const address = addressOf(this.#parts.keys);
    const isClaim = action.kind === 'claim' || action.kind === 'claim-and-stake';
    if (relayed && !isClaim) {
      throw new GataError(
        'invalid-request',
        'The gateway pays the fee of claims only. Pay this one yourself.',
        {
          param: 'relayed',
        },
      );
    }
    if (relayed && signElsewhere) {
      throw new GataError(
        'invalid-request',
        'What the gateway sends is not signed elsewhere. Choose one of the two.',
        { param: 'relayed' },
      );
    }
    if (signElsewhere || (relayed && action.kind === 'claim')) return address;
    const { state, problem } = this.#parts.keys.state();
    if (state === 'watching') {
      throw new GataError(
        'conflict',
        `Gata only watches ${address} and has no key for it. Sign elsewhere, or import it.`,
      );
    }
    if (state === 'damaged') {
      throw new GataError(
        'conflict',
        `${problem ?? 'The wallet file is damaged.'} Nothing can be signed here.`,
      );
    }
    return address;
  }

  async #warnings(
    view: ChainView,
    account: string,
    { amountWei }: BuiltAction,
    { action, fee, relayed }: { action: WalletAction; fee: PlanFee; relayed: boolean },
  ): Promise<string[]> {
    const { chain, profile, clock, settings } = this.#parts;
    const { wallet } = settings();
    const warnings = chain.health.flatMap(({ url, problem }) =>
      problem === null ? [] : [`${url}: ${problem}`],
    );
    const nowSeconds = Math.round(clock.now().getTime() / 1000);
    const aheadSeconds = nowSeconds - (await view.block(view.height)).timestamp;
    if (Math.abs(aheadSeconds) > MOST_CLOCK_SECONDS) {
      warnings.push(
        `This computer's clock and the newest block are ${Math.abs(aheadSeconds)} seconds apart. Check the clock.`,
      );
    }
    const isClaim = action.kind === 'claim' || action.kind === 'claim-and-stake';
    const doubt = isClaim
      ? whyNotWorthIt(amountWei ?? 0n, relayed ? null : fee, profile, wallet)
      : aboveCeiling(fee, wallet);
    if (doubt !== null) warnings.push(doubt);
    if (!relayed && (await view.coins(account)) < BigInt(fee.nativeWei)) {
      warnings.push(
        `${account} has too little ${profile.nativeSymbol} for the fee; it is sent when there is enough.`,
      );
    }
    return warnings;
  }

  #forgetOldPlans(): void {
    const nowMs = this.#parts.clock.now().getTime();
    for (const [id, { expiresAtMs }] of this.#plans) {
      if (expiresAtMs < nowMs || this.#plans.size >= MOST_PLANS) this.#plans.delete(id);
    }
  }

  #view(operation: Operation): OperationView {
    const { engine, profile } = this.#parts;
    return viewOperation(operation, engine.problemOf(operation.id), profile);
  }
}

/** @throws GataError `conflict` when there is none. */
function addressOf(keys: DeskKeys): string {
  const { address } = keys.state();
  if (address === null) throw new GataError('conflict', 'There is no wallet and no payout address yet.');
  return address;
}
