import { Interface } from 'ethers/abi';
import { JsonRpcProvider } from 'ethers/providers';
import { Transaction } from 'ethers/transaction';
import { Wallet } from 'ethers/wallet';
import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../../shared/chain/contract-interfaces.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import type { FeeSplit } from '../ledger/fee-split.ts';
import type { RewardWeights } from './epoch-rewards.ts';

const ABI = {
  token: new Interface(CONTRACT_INTERFACES.token),
  rewards: new Interface(CONTRACT_INTERFACES.rewards),
  parameters: new Interface(CONTRACT_INTERFACES.parameters),
};
type Known = keyof typeof ABI;

const uint = z.bigint();
const small = z.bigint().transform(Number);
const rootSchema = z.tuple([small, z.string(), uint]);
const pendingSchema = z.tuple([small, z.string(), uint, small]);
const splitSchema = z.tuple([z.tuple([small, small, small])]);
const weightsSchema = z.tuple([z.tuple([small, uint, uint])]);

/** Room for what changes between the estimate and the block, in per cent. */
const GAS_ROOM = 130n;

/** How far the contract is, all of one block. */
export interface RewardsState {
  readonly live: { readonly epoch: number; readonly root: string };
  /** Epoch 0: none waits. */
  readonly pending: { readonly epoch: number; readonly root: string };
  /** The live root's window is over, but nobody made it live. */
  readonly canMakeLive: boolean;
}

export interface SignedTransaction {
  readonly raw: string;
  readonly hash: string;
}

/** What the settler asks of the chain, and tells it. */
export class SettlementChain implements Disposable {
  readonly address: string;
  readonly #profile: NetworkProfile;
  readonly #provider: JsonRpcProvider;
  readonly #wallet: Wallet;

  /** @param key the settler's private key. */
  constructor(profile: NetworkProfile, key: string) {
    this.#profile = profile;
    const [url] = profile.rpcUrls;
    this.#provider = new JsonRpcProvider(url, profile.chainId, { staticNetwork: true, cacheTimeout: -1 });
    this.#wallet = new Wallet(key);
    this.address = this.#wallet.address;
  }

  /** @throws GataError `invalid-settings` when the profile is not of the chain that answers. */
  async verify(): Promise<void> {
    const chainId = Number(await this.#provider.send('eth_chainId', []));
    const { chainId: expected, contracts, token } = this.#profile;
    if (chainId !== expected) {
      throw invalid(`The chain of the network profile answers with id ${chainId} instead of ${expected}.`);
    }
    for (const address of [token.address, contracts.rewards, contracts.parameters]) {
      if ((await this.#provider.getCode(address)) === '0x') {
        throw invalid(`There is no contract at ${address}, which the network profile names.`);
      }
    }
  }

  async parameters(): Promise<{ feeSplit: FeeSplit; weights: RewardWeights }> {
    const [[nodes, protocol, stakers]] = splitSchema.parse(await this.#ask('parameters', 'feeSplit'));
    const [[usage, perHour, perEpoch]] = weightsSchema.parse(await this.#ask('parameters', 'rewardWeights'));
    return {
      feeSplit: { nodes, protocol, stakers },
      weights: { usage, availabilityPerGpuHourWei: perHour, availabilityPerEpochWei: perEpoch },
    };
  }

  async state(): Promise<RewardsState> {
    const block = await this.#provider.getBlockNumber();
    const [epoch, root] = rootSchema.parse(await this.#ask('rewards', 'liveRoot', [], block));
    const [waits, waiting] = pendingSchema.parse(await this.#ask('rewards', 'pendingRoot', [], block));
    const canMakeLive = await this.#ask('rewards', 'makeLive', [], block).then(
      () => true,
      () => false,
    );
    return { live: { epoch, root }, pending: { epoch: waits, root: waiting }, canMakeLive };
  }

  /** What the distributor lacks to promise so much, in wei. */
  async missingFor(promisedWei: bigint): Promise<bigint> {
    const { rewards } = this.#profile.contracts;
    const [balance] = z.tuple([uint]).parse(await this.#ask('token', 'balanceOf', [rewards]));
    const [claimed] = z.tuple([uint]).parse(await this.#ask('rewards', 'totalClaimed'));
    const missing = promisedWei - balance - claimed;
    return missing > 0n ? missing : 0n;
  }

  /** Transactions of the settler that blocks have; `confirmations` blocks ago. */
  async nonce(confirmations = 0): Promise<number> {
    const block = await this.#provider.getBlockNumber();
    if (block < confirmations) return 0;
    return await this.#provider.getTransactionCount(this.address, block - confirmations);
  }

  /** Whether a block has the transaction, and it did what it was for. */
  async outcome(hash: string): Promise<'done' | 'reverted' | undefined> {
    const receipt = await this.#provider.getTransactionReceipt(hash);
    if (receipt === null) return undefined;
    return receipt.status === 1 ? 'done' : 'reverted';
  }

  async signFunding(amountWei: bigint, nonce: number): Promise<SignedTransaction> {
    return await this.#sign('token', 'transfer', [this.#profile.contracts.rewards, amountWei], nonce);
  }

  async signSubmit(
    epoch: number,
    root: string,
    promisedWei: bigint,
    nonce: number,
  ): Promise<SignedTransaction> {
    return await this.#sign('rewards', 'submitRoot', [epoch, root, promisedWei], nonce);
  }

  async signMakeLive(nonce: number): Promise<SignedTransaction> {
    return await this.#sign('rewards', 'makeLive', [], nonce);
  }

  /** The same transaction for a price that a node takes in the place of the first. */
  async signDearer(raw: string): Promise<SignedTransaction> {
    const before = Transaction.from(raw);
    const price = ((before.gasPrice ?? 0n) * 5n) / 4n + 1n;
    const live = await this.#gasPrice();
    const { type, chainId, nonce, to, data, gasLimit } = before;
    const gasPrice = live > price ? live : price;
    return await this.#signed({ type, chainId, nonce, to, data, gasLimit, gasPrice });
  }

  /** Sends, or sends again: nodes that know the transaction say so, which is no error. */
  async broadcast(raw: string): Promise<void> {
    try {
      await this.#provider.broadcastTransaction(raw);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (!/already known|already imported|known transaction|nonce too low|nonce has already/i.test(text))
        throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#provider.destroy();
  }

  async #ask(of: Known, name: string, values: readonly unknown[] = [], blockTag?: number): Promise<unknown> {
    const call = { to: this.#addressOf(of), data: ABI[of].encodeFunctionData(name, values) };
    const answer = await this.#provider.call(blockTag === undefined ? call : { ...call, blockTag });
    return ABI[of].decodeFunctionResult(name, answer).toArray(true);
  }

  /** @throws the contract's own error when the chain would refuse the transaction now. */
  async #sign(
    of: Known,
    name: string,
    values: readonly unknown[],
    nonce: number,
  ): Promise<SignedTransaction> {
    const to = this.#addressOf(of);
    const data = ABI[of].encodeFunctionData(name, values);
    const gas = await this.#provider.estimateGas({ from: this.address, to, data });
    const { chainId } = this.#profile;
    const gasPrice = await this.#gasPrice();
    return await this.#signed({
      ...{ type: 0, chainId, nonce, to, data, gasPrice },
      gasLimit: (gas * GAS_ROOM) / 100n,
    });
  }

  async #signed(fields: Parameters<Wallet['signTransaction']>[0]): Promise<SignedTransaction> {
    const raw = await this.#wallet.signTransaction(fields);
    const { hash } = Transaction.from(raw);
    if (hash === null) throw new Error('A signed transaction has a hash.');
    return { raw, hash };
  }

  async #gasPrice(): Promise<bigint> {
    return BigInt(z.string().parse(await this.#provider.send('eth_gasPrice', [])));
  }

  #addressOf(of: Known): string {
    return of === 'token' ? this.#profile.token.address : this.#profile.contracts[of];
  }
}

function invalid(message: string): GataError {
  return new GataError('invalid-settings', message);
}
