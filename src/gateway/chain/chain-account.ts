import { Transaction } from 'ethers/transaction';
import { Wallet } from 'ethers/wallet';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';

/** A call of a contract, encoded. */
export interface ContractCall {
  readonly to: string;
  readonly data: string;
}

/** What a transaction may take, and at what price; the chain's coin, in wei. */
export interface GasTerms {
  readonly gasLimit: bigint;
  readonly gasPriceWei: bigint;
}

export interface SignedTransaction extends GasTerms {
  readonly raw: string;
  readonly hash: string;
}

/** Room for what changes between the estimate and the block, in per cent. */
const GAS_ROOM = 130n;

/** What nodes answer to a transaction that they have already. */
const IS_KNOWN = /already known|already imported|known transaction|nonce too low|nonce has already/i;

/** An account of the gateway: its key, and what is signed with it. */
export class ChainAccount {
  readonly address: string;
  readonly #chainId: number;
  readonly #wallet: Wallet;

  /** @param key private, `0x` and 64 hexadecimal digits. */
  constructor(chainId: number, key: string) {
    this.#chainId = chainId;
    this.#wallet = new Wallet(key);
    this.address = this.#wallet.address;
  }

  /** Tries the call on the chain as it is now. @throws CallRevertedError when the contract would refuse it. */
  async terms(view: ChainView, call: ContractCall): Promise<GasTerms> {
    const gas = await view.estimateGas({ from: this.address, ...call });
    return { gasLimit: (gas * GAS_ROOM) / 100n, gasPriceWei: await view.gasPrice() };
  }

  async sign(call: ContractCall, nonce: number, terms: GasTerms): Promise<SignedTransaction> {
    const { gasLimit, gasPriceWei } = terms;
    const fields = { type: 0, chainId: this.#chainId, nonce, ...call, gasLimit, gasPrice: gasPriceWei };
    const raw = await this.#wallet.signTransaction(fields);
    const { hash } = Transaction.from(raw);
    if (hash === null) throw new Error('A signed transaction has a hash.');
    return { raw, hash, gasLimit, gasPriceWei };
  }

  /** The same transaction for a price that a node takes in the place of the first. */
  async signDearer(view: ChainView, raw: string): Promise<SignedTransaction> {
    const { gasPrice, gasLimit, nonce, to, data } = Transaction.from(raw);
    const atLeast = ((gasPrice ?? 0n) * 5n) / 4n + 1n;
    const live = await view.gasPrice();
    if (to === null) throw new Error('The gateway deploys nothing.');
    return await this.sign({ to, data }, nonce, { gasLimit, gasPriceWei: live > atLeast ? live : atLeast });
  }

  /** Sends, or sends again, to every endpoint. @returns what kept endpoints from taking it. */
  async broadcast(view: ChainView, raw: string): Promise<readonly string[]> {
    return (await view.broadcast(raw)).filter((problem) => !IS_KNOWN.test(problem));
  }

  /** Whether this account's key signed the transaction. */
  signed(raw: string): boolean {
    return Transaction.from(raw).from === this.address;
  }
}
