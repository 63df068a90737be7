import { Interface } from 'ethers/abi';
import { CONTRACT_INTERFACES } from '../../shared/chain/contract-interfaces.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';
import type { ContractCall } from './chain-account.ts';

type ContractName = 'token' | 'rewards' | 'escrow' | 'parameters';

/** One of the network's contracts: what is asked of it, and the calls that are made of it. */
export class NetworkContract {
  readonly address: string;
  readonly abi: Interface;
  readonly #lines: readonly string[];

  constructor(profile: NetworkProfile, name: ContractName) {
    this.address = name === 'token' ? profile.token.address : profile.contracts[name];
    this.#lines = CONTRACT_INTERFACES[name];
    this.abi = new Interface(this.#lines);
  }

  call(name: string, ...values: unknown[]): ContractCall {
    return { to: this.address, data: this.abi.encodeFunctionData(name, values) };
  }

  /** At the view's height. @throws CallRevertedError when the contract refuses. */
  async read(view: ChainView, name: string, ...values: unknown[]): Promise<readonly unknown[]> {
    return await view.read(this.#lines, this.address, name, ...values);
  }

  /** At an earlier height, and only if as many endpoints say so as the view wants; else undefined. */
  async readSure(
    view: ChainView,
    height: number,
    name: string,
    ...values: unknown[]
  ): Promise<readonly unknown[] | undefined> {
    const answer = await view.readAt(Math.max(0, height), this.#lines, this.address, name, ...values);
    return view.isSure(answer) ? answer.value : undefined;
  }
}
