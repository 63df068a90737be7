import type {
  SigningDescription,
  UnsignedTransaction,
  UnsignedTypedData,
} from '../../../shared/signer-protocol.ts';

export interface SignedTransaction {
  /** As `eth_sendRawTransaction` takes it. */
  readonly raw: string;
  readonly hash: string;
  readonly description: SigningDescription;
}

export interface SignedMessage {
  /** r ‖ s ‖ v, `0x` and 130 hexadecimal digits. */
  readonly signature: string;
  readonly description: SigningDescription;
}

/** Who signs with the wallet's key while it is unlocked. */
export interface TransactionSigner {
  /** The key's address with its checksum; null while it is locked or there is none. */
  readonly address: string | null;
  /** @throws GataError `wallet-locked`, `signing-refused` with the reason, or `signer-unavailable`. */
  signTransaction(transaction: UnsignedTransaction): Promise<SignedTransaction>;
  /** @throws GataError as `signTransaction`. */
  signTypedData(message: UnsignedTypedData): Promise<SignedMessage>;
}
