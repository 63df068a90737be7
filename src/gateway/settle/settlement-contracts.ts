import { z } from 'zod';
import { CallRevertedError } from '../../shared/chain/rpc/call-reverted.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import type { ContractCall } from '../chain/chain-account.ts';
import { NetworkContract } from '../chain/network-contract.ts';
import type { FeeSplit } from '../ledger/fee-split.ts';
import type { RewardWeights } from './epoch-rewards.ts';

const uint = z.bigint();
const small = z.bigint().transform(Number);
const rootSchema = z.tuple([small, z.string(), uint]);
const pendingSchema = z.tuple([small, z.string(), uint, small]);
const splitSchema = z.tuple([z.tuple([small, small, small])]);
const weightsSchema = z.tuple([z.tuple([small, uint, uint])]);
const oneSchema = z.tuple([uint]);

/** How far the contract is, all of one block. */
export interface RewardsState {
  readonly live: { readonly epoch: number; readonly root: string };
  /** Epoch 0: none waits. */
  readonly pending: { readonly epoch: number; readonly root: string };
  /** The live root's window is over, but nobody made it live. */
  readonly canMakeLive: boolean;
}

/** What the settler asks of the contracts, and the calls that it makes. */
export class SettlementContracts {
  readonly #token: NetworkContract;
  readonly #rewards: NetworkContract;
  readonly #parameters: NetworkContract;

  constructor(profile: NetworkProfile) {
    this.#token = new NetworkContract(profile, 'token');
    this.#rewards = new NetworkContract(profile, 'rewards');
    this.#parameters = new NetworkContract(profile, 'parameters');
  }

  async feeSplit(view: ChainView): Promise<FeeSplit> {
    const [[nodes, protocol, stakers]] = splitSchema.parse(await this.#parameters.read(view, 'feeSplit'));
    return { nodes, protocol, stakers };
  }

  async rewardWeights(view: ChainView): Promise<RewardWeights> {
    const answer = await this.#parameters.read(view, 'rewardWeights');
    const [[usage, perHour, perEpoch]] = weightsSchema.parse(answer);
    return { usage, availabilityPerGpuHourWei: perHour, availabilityPerEpochWei: perEpoch };
  }

  async state(view: ChainView): Promise<RewardsState> {
    const [epoch, root] = rootSchema.parse(await this.#rewards.read(view, 'liveRoot'));
    const [waits, waiting] = pendingSchema.parse(await this.#rewards.read(view, 'pendingRoot'));
    return {
      live: { epoch, root },
      pending: { epoch: waits, root: waiting },
      canMakeLive: await this.#canMakeLive(view),
    };
  }

  /** What the distributor lacks to promise so much, in wei. */
  async missingFor(view: ChainView, promisedWei: bigint): Promise<bigint> {
    const [balance] = oneSchema.parse(await this.#token.read(view, 'balanceOf', this.#rewards.address));
    const [claimed] = oneSchema.parse(await this.#rewards.read(view, 'totalClaimed'));
    const missing = promisedWei - balance - claimed;
    return missing > 0n ? missing : 0n;
  }

  fund(amountWei: bigint): ContractCall {
    return this.#token.call('transfer', this.#rewards.address, amountWei);
  }

  submit(epoch: number, root: string, promisedWei: bigint): ContractCall {
    return this.#rewards.call('submitRoot', epoch, root, promisedWei);
  }

  makeLive(): ContractCall {
    return this.#rewards.call('makeLive');
  }

  async #canMakeLive(view: ChainView): Promise<boolean> {
    try {
      await this.#rewards.read(view, 'makeLive');
      return true;
    } catch (error) {
      if (error instanceof CallRevertedError) return false;
      throw error;
    }
  }
}
