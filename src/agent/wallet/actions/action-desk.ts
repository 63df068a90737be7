import { randomUUID } from 'node:crypto';
import { CONTRACT_INTERFACES } from '../../../shared/chain/contract-interfaces.ts';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type {
  ActionPlan,
  OperationView,
  PlanRequest,
  WalletCall,
  WalletLedger,
} from '../../../shared/wallet-transactions.ts';
import { CallRevertedError } from '../chain/call-reverted.ts';
import type { ChainAccess } from '../chain/chain-access.ts';
import type { ChainView } from '../chain/chain-view.ts';
import { walletLedger } from '../ledger/wallet-ledger.ts';
import { gasLimitFor } from '../transactions/fee-policy.ts';
import type { Intent, TransactionEngine } from '../transactions/transaction-engine.ts';
import { buildCalls } from './build-calls.ts';
import { viewOperation } from './operation-view.ts';
import type { RewardProofs } from './reward-proofs.ts';

const PLAN_LASTS_MS = 120_000;
const MOST_PLANS = 32;
/** For a call that can only be tried when the one before it is done. */
const FOLLOWING_CALL_GAS = 250_000n;
const MOST_CLOCK_SECONDS = 120;

/** What the desk needs to know of the wallet's keys. */
interface DeskKeys {
  /** `address` is null without a wallet and without a payout address. */
  state(): { readonly address: string | null; readonly state: string };
}

export interface ActionDeskParts {
  readonly profile: NetworkProfile;
  readonly chain: ChainAccess;
  readonly engine: TransactionEngine;
  readonly proofs: RewardProofs;
  readonly keys: DeskKeys;
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

  /** Newest first. */
  operations(): OperationView[] {
    return this.#parts.engine.operations.map((each) => this.#view(each.id)).reverse();
  }

  /**
   * @throws GataError `conflict` without an address, or when there is nothing to do or the contract would refuse;
   * `wrong-chain`, `chain-unreachable` or `chain-disagrees`; `invalid-request` for what cannot be done.
   */
  async plan({ action, signElsewhere = false }: PlanRequest): Promise<ActionPlan> {
    const { profile, chain, proofs, clock } = this.#parts;
    const account = this.#account(signElsewhere);
    await this.#checkProfile();
    const view = await chain.look();
    const built = await buildCalls(action, account, { profile, view, proofs });
    const gas = await gasOf(built.calls, account, view);
    const gasPriceWei = await view.gasPrice();
    const feeWei = gas * gasPriceWei;
    const warnings = await this.#warnings(view, account, feeWei);
    const calls = [...built.calls];
    const confirmationId = randomUUID();
    const expiresAtMs = clock.now().getTime() + PLAN_LASTS_MS;
    this.#forgetOldPlans();
    this.#plans.set(confirmationId, {
      intent: { id: confirmationId, account, action, calls, signElsewhere, relayed: false },
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
      fee: {
        gas: String(gas),
        gasPriceWei: String(gasPriceWei),
        nativeWei: String(feeWei),
        nativeSymbol: profile.nativeSymbol,
        gataWei: null,
        money: null,
      },
      relayed: false,
      warnings,
    };
  }

  /** Where what was earned is. @throws GataError `conflict` without an address; else as `plan`. */
  async ledger(): Promise<WalletLedger> {
    const { profile, chain, engine, proofs } = this.#parts;
    const account = this.#account(true);
    await this.#checkProfile();
    const view = await chain.look();
    const amount = async (role: 'token' | 'rewards' | 'staking', name: string): Promise<bigint> => {
      const to = role === 'token' ? profile.token.address : profile.contracts[role];
      const [value] = await view.read(CONTRACT_INTERFACES[role], to, name, account);
      return BigInt(String(value));
    };
    const [proof, claimedWei, walletWei, stakeWei] = await Promise.all([
      proofs.proofOf(account),
      amount('rewards', 'claimed'),
      amount('token', 'balanceOf'),
      amount('staking', 'stakeOf'),
    ]);
    const balances = { block: view.height, claimedWei, walletWei, stakeWei };
    return walletLedger(account, balances, proof, engine.operations);
  }

  /** Does what was planned. The same id again shows the same operation. @throws GataError `conflict`. */
  confirm(confirmationId: string): OperationView {
    if (this.#parts.engine.operations.every(({ id }) => id !== confirmationId)) {
      const plan = this.#plans.get(confirmationId);
      this.#plans.delete(confirmationId);
      if (plan === undefined || plan.expiresAtMs < this.#parts.clock.now().getTime()) {
        throw new GataError(
          'conflict',
          'This confirmation is no longer valid, and nothing was sent. Look at the fee again.',
        );
      }
      this.#parts.engine.submit(plan.intent);
    }
    return this.#view(confirmationId);
  }

  /** @throws GataError `not-found` or `conflict`. */
  cancel(id: string): OperationView {
    this.#parts.engine.cancel(id);
    return this.#view(id);
  }

  /** @throws GataError `not-found`, `conflict` or `transaction-refused`. */
  acceptSigned(id: string, raw: string): OperationView {
    this.#parts.engine.acceptSigned(id, raw);
    return this.#view(id);
  }

  async #checkProfile(): Promise<void> {
    if (!this.#isProfileChecked) await this.#parts.chain.checkProfile();
    this.#isProfileChecked = true;
  }

  #account(signElsewhere: boolean): string {
    const { address, state } = this.#parts.keys.state();
    if (address === null) throw new GataError('conflict', 'There is no wallet and no payout address yet.');
    if (state === 'watching' && !signElsewhere) {
      throw new GataError(
        'conflict',
        `Gata only watches ${address} and has no key for it. Sign elsewhere, or import it.`,
      );
    }
    return address;
  }

  async #warnings(view: ChainView, account: string, feeWei: bigint): Promise<string[]> {
    const { chain, profile, clock } = this.#parts;
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
    if ((await view.coins(account)) < feeWei) {
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

  #view(id: string): OperationView {
    const { engine, profile } = this.#parts;
    const operation = engine.operations.find((each) => each.id === id);
    if (operation === undefined) throw new GataError('not-found', 'The wallet knows no such operation.');
    return viewOperation(operation, engine.problemOf(id), profile);
  }
}

async function gasOf(calls: readonly WalletCall[], from: string, view: ChainView): Promise<bigint> {
  let sum = 0n;
  for (const [index, { to, data }] of calls.entries()) {
    if (index > 0) {
      sum += FOLLOWING_CALL_GAS;
      continue;
    }
    try {
      sum += gasLimitFor(await view.estimateGas({ from, to, data }), 0);
    } catch (error) {
      if (!(error instanceof CallRevertedError)) throw error;
      throw new GataError(
        'conflict',
        `The contract would refuse this now (${error.reason}). Nothing was sent.`,
        {
          cause: error,
        },
      );
    }
  }
  return sum;
}
