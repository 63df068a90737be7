import { Wallet } from 'ethers';
import type {
  SignedMessage,
  SignedTransaction,
  TransactionSigner,
} from '../../src/agent/wallet/signer/transaction-signer.ts';
import type {
  SigningDescription,
  UnsignedTransaction,
  UnsignedTypedData,
} from '../../src/shared/signer-protocol.ts';

const DESCRIPTION: SigningDescription = {
  network: 'test',
  contract: 'test',
  call: 'test',
  sentence: 'Signed by a test.',
  values: [],
  maxFeeWei: null,
};

/** Signs whatever it is given, in this process, with a key of a test. */
export class KeySigner implements TransactionSigner {
  readonly #wallet: Wallet;
  isLocked = false;

  constructor(privateKey: string) {
    this.#wallet = new Wallet(privateKey);
  }

  get address(): string | null {
    return this.isLocked ? null : this.#wallet.address;
  }

  async signTransaction(unsigned: UnsignedTransaction): Promise<SignedTransaction> {
    const { maxFeePerGasWei, maxPriorityFeePerGasWei, ...rest } = unsigned;
    const raw = await this.#wallet.signTransaction({
      ...rest,
      type: 2,
      value: 0n,
      maxFeePerGas: BigInt(maxFeePerGasWei),
      maxPriorityFeePerGas: BigInt(maxPriorityFeePerGasWei),
    });
    return { raw, hash: '', description: DESCRIPTION };
  }

  async signTypedData(_message?: UnsignedTypedData): Promise<SignedMessage> {
    throw new Error('No test signs messages with this.');
  }
}
