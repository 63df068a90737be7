import { Interface, Transaction } from 'ethers';
import { CONTRACT_INTERFACES } from '../../../shared/chain/contract-interfaces.ts';
import type { ChainView } from '../../../shared/chain/rpc/chain-view.ts';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import type { UnsignedTransaction } from '../../../shared/signer-protocol.ts';
import type { WalletCall } from '../../../shared/wallet-transactions.ts';
import type { TransactionSigner } from '../signer/transaction-signer.ts';
import { type FeeLimits, gasLimitFor, replacementPrice } from './fee-policy.ts';
import type { JournalEvent } from './journal-event.ts';
import type { Attempt, Operation } from './operation.ts';

type Signed = Extract<JournalEvent, { type: 'signed' }>;

/** Makes an operation's transactions: their nonce, gas and price, and who signs them. */
export class TransactionMaker {
  readonly #profile: NetworkProfile;
  readonly #signer: TransactionSigner;
  readonly #limits: () => FeeLimits;
  readonly #clock: Clock;

  constructor(options: {
    readonly profile: NetworkProfile;
    readonly signer: TransactionSigner;
    readonly limits: () => FeeLimits;
    readonly clock: Clock;
  }) {
    this.#profile = options.profile;
    this.#signer = options.signer;
    this.#limits = options.limits;
    this.#clock = options.clock;
  }

  /**
   * A call's first transaction with the nonce, to be signed.
   * @throws CallRevertedError when the contract would refuse it; GataError `transaction-refused` when gas is dearer
   * than the user's ceiling or the account has too few coins, else as `ChainView.ask`.
   */
  async prepare(
    operation: Operation,
    call: WalletCall,
    nonce: number,
    view: ChainView,
  ): Promise<UnsignedTransaction> {
    const refusals = operation.attempts.filter(({ mined }) => mined?.succeeded === false).length;
    const estimate = await view.estimateGas({ from: operation.account, to: call.to, data: call.data });
    const gasLimit = gasLimitFor(estimate, refusals);
    const gasPriceWei = await view.gasPrice();
    this.#checkPrice(gasPriceWei);
    const needed = gasLimit * gasPriceWei;
    if ((await view.coins(operation.account)) < needed) {
      const { nativeSymbol } = this.#profile;
      throw new GataError(
        'transaction-refused',
        `${operation.account} needs up to ${needed} wei of ${nativeSymbol} for the fee and has less. Send it some ${nativeSymbol}; Gata goes on by itself then.`,
      );
    }
    return this.#unsigned({ to: call.to, data: call.data, nonce, gasLimit, gasPriceWei });
  }

  /** Signs what was prepared. @throws GataError `wallet-locked`, or as the signer. */
  async sign(operation: Operation, unsigned: UnsignedTransaction, call: number): Promise<Signed> {
    return this.#signAs(operation, unsigned, { call, purpose: 'call' });
  }

  /**
   * The same once more for a higher price, or, to cancel it, something in its place that does nothing: the escrow,
   * which a wallet of a node does not use, may take 0 from it.
   * @throws GataError `transaction-refused` when that is dearer than the user's ceiling, else as `sign`.
   */
  async replace(
    operation: Operation,
    before: Attempt,
    purpose: 'call' | 'cancel',
    view: ChainView,
  ): Promise<Signed> {
    const gasPriceWei = replacementPrice(before.gasPriceWei, await view.gasPrice());
    this.#checkPrice(gasPriceWei);
    const target = purpose === 'cancel' ? this.#nothing() : operation.calls[before.call];
    if (target === undefined) throw new Error('The operation has no such call.');
    const { to, data } = target;
    const gasLimit =
      purpose === before.purpose
        ? before.gasLimit
        : gasLimitFor(await view.estimateGas({ from: operation.account, to, data }), 0);
    const unsigned = this.#unsigned({ to, data, nonce: before.nonce, gasLimit, gasPriceWei });
    return this.#signAs(operation, unsigned, { call: before.call, purpose });
  }

  /**
   * Takes a transaction that was signed elsewhere.
   * @throws GataError `transaction-refused` when it is not exactly the prepared one, signed by the account.
   */
  accept(operation: Operation, raw: string): Signed {
    const { prepared } = operation;
    if (prepared === null) {
      throw new GataError('conflict', 'No transaction of this operation waits to be signed.');
    }
    return this.#signedEvent(operation, prepared.unsigned, raw, { call: prepared.call, purpose: 'call' });
  }

  #nothing(): { to: string; data: string } {
    const data = new Interface(CONTRACT_INTERFACES.token).encodeFunctionData('approve', [
      this.#profile.contracts.escrow,
      0n,
    ]);
    return { to: this.#profile.token.address, data };
  }

  #checkPrice(gasPriceWei: bigint): void {
    const { gasPriceCeilingWei } = this.#limits();
    if (gasPriceWei <= gasPriceCeilingWei) return;
    throw new GataError(
      'transaction-refused',
      `Gas costs ${gasPriceWei} wei now, more than your ceiling of ${gasPriceCeilingWei}. Gata waits until it is cheaper, or until you raise the ceiling.`,
    );
  }

  #unsigned(parts: {
    readonly to: string;
    readonly data: string;
    readonly nonce: number;
    readonly gasLimit: bigint;
    readonly gasPriceWei: bigint;
  }): UnsignedTransaction {
    const { to, data, nonce, gasLimit, gasPriceWei } = parts;
    // The base fee is constantly zero on BNB Smart Chain (BEP-226), so all of the price is the tip.
    const price = String(gasPriceWei);
    return {
      chainId: this.#profile.chainId,
      nonce,
      to,
      data,
      gasLimit: String(gasLimit),
      maxFeePerGasWei: price,
      maxPriorityFeePerGasWei: price,
    };
  }

  async #signAs(operation: Operation, unsigned: UnsignedTransaction, as: Pick<Signed, 'call' | 'purpose'>) {
    const { address } = this.#signer;
    if (address === null) {
      throw new GataError('wallet-locked', 'The wallet is locked. Unlock it, and Gata goes on by itself.');
    }
    if (!isSameAddress(address, operation.account)) {
      throw new GataError(
        'transaction-refused',
        `This was confirmed for ${operation.account}, but the wallet is ${address} now. Unlock that one, or cancel.`,
      );
    }
    const { raw } = await this.#signer.signTransaction(unsigned);
    return this.#signedEvent(operation, unsigned, raw, as);
  }

  #signedEvent(
    { id, account }: Operation,
    unsigned: UnsignedTransaction,
    raw: string,
    as: Pick<Signed, 'call' | 'purpose'>,
  ): Signed {
    const { hash } = checkSigned(raw, unsigned, account);
    return {
      type: 'signed',
      id,
      at: this.#clock.now().toISOString(),
      ...as,
      nonce: unsigned.nonce,
      gasLimit: unsigned.gasLimit,
      gasPriceWei: unsigned.maxFeePerGasWei,
      hash,
      raw: raw.toLowerCase(),
    };
  }
}

/**
 * @returns the transaction's hash.
 * @throws GataError `transaction-refused` unless `raw` is `unsigned`, signed by `account`.
 */
function checkSigned(raw: string, unsigned: UnsignedTransaction, account: string): { hash: string } {
  const refuse = (why: string) =>
    new GataError('transaction-refused', `The signed transaction ${why}. It was not sent.`);
  let signed: Transaction;
  try {
    signed = Transaction.from(raw);
  } catch {
    throw refuse('cannot be read');
  }
  const { from, hash, to } = signed;
  if (from === null || hash === null) throw refuse('has no signature');
  if (!isSameAddress(from, account)) throw refuse(`is signed by ${from} instead of ${account}`);
  const isSame =
    signed.type === 2 &&
    signed.chainId === BigInt(unsigned.chainId) &&
    signed.nonce === unsigned.nonce &&
    to !== null &&
    isSameAddress(to, unsigned.to) &&
    signed.data === unsigned.data &&
    signed.value === 0n &&
    signed.gasLimit === BigInt(unsigned.gasLimit) &&
    signed.maxFeePerGas === BigInt(unsigned.maxFeePerGasWei) &&
    signed.maxPriorityFeePerGas === BigInt(unsigned.maxPriorityFeePerGasWei) &&
    (signed.accessList ?? []).length === 0;
  if (!isSame) throw refuse('is another one than was prepared');
  return { hash };
}

function isSameAddress(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
