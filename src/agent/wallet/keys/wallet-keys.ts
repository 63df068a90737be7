import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import type { NetworkProfile } from '../../../shared/network-profile.ts';
import { checkPayoutAddress } from '../../../shared/payout-address.ts';
import type { SealedBox } from '../../../shared/sealed-box.ts';
import type { Settings, SettingsChange } from '../../../shared/settings.ts';
import type { UnsignedTransaction, UnsignedTypedData } from '../../../shared/signer-protocol.ts';
import type { CreatedWords, ForgetWallet, WalletState } from '../../../shared/wallet.ts';
import type { SignerProcess } from '../signer/signer-process.ts';
import type { SignedMessage, SignedTransaction, TransactionSigner } from '../signer/transaction-signer.ts';
import type { PasswordAttempts } from './password-attempts.ts';
import { WALLET_FILE_NAME, type WalletFile } from './wallet-file.ts';

const MINUTE_MS = 60_000;
/** A signer that nothing was unlocked in is not kept longer. */
const UNUSED_MS = 10 * MINUTE_MS;

export interface WalletKeysParts {
  readonly file: WalletFile;
  readonly attempts: PasswordAttempts;
  /** Starts a signer. */
  readonly startSigner: () => Promise<SignerProcess>;
  /** Null: no network is configured. */
  readonly profile: NetworkProfile | null;
  readonly settings: () => Settings['wallet'];
  readonly changeSettings: (change: SettingsChange) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The wallet's key file and its signer: locked, the signer is not even running. `change`: `state()` may be another
 * now; it also comes when nothing changed.
 */
export class WalletKeys extends EventEmitter<{ change: [] }> implements TransactionSigner, AsyncDisposable {
  readonly #parts: WalletKeysParts;
  #signer: SignerProcess | undefined;
  #unlocked: string | undefined;
  #lockAt: Date | undefined;
  #lockTimer: NodeJS.Timeout | undefined;
  /** One change after the other, so that passwords cannot be tried side by side. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: WalletKeysParts) {
    super();
    this.#parts = parts;
  }

  get address(): string | null {
    return this.#unlocked ?? null;
  }

  /** The signer's process, for tests and the log. */
  get signerPid(): number | undefined {
    return this.#signer?.pid;
  }

  state(): WalletState {
    const { profile, attempts, settings } = this.#parts;
    const { payoutAddress } = settings();
    const wallet = this.#parts.file.read();
    return {
      state:
        wallet.state === 'stored'
          ? this.#unlocked === undefined
            ? 'locked'
            : 'unlocked'
          : wallet.state === 'damaged'
            ? 'damaged'
            : payoutAddress === null
              ? 'none'
              : 'watching',
      address: wallet.state === 'stored' ? wallet.address : payoutAddress,
      payoutAddress,
      autoLockAt: this.#unlocked === undefined ? null : (this.#lockAt?.toISOString() ?? null),
      retryAt: attempts.retryAt?.toISOString() ?? null,
      problem: wallet.state === 'damaged' ? wallet.problem : null,
      signer: this.#signer?.isolation ?? null,
      network: profile === null ? null : { name: profile.name, test: profile.test, chainId: profile.chainId },
    };
  }

  /** For sealing secrets; starts the signer. @throws GataError `signer-unavailable`. */
  boxKey(): Promise<string> {
    return this.#inTurn(async () => (await this.#runningSigner()).boxKey);
  }

  /** Earns to this address. @throws GataError `invalid-request` with what is wrong with it. */
  watch(text: string): WalletState {
    const payoutAddress = checkPayoutAddress(text.trim(), this.#parts.profile ?? undefined);
    this.#parts.changeSettings({ wallet: { payoutAddress } });
    this.emit('change');
    return this.state();
  }

  /** Makes words, which only the sender of the box can read. @throws GataError `conflict` or `weak-password`. */
  create(box: SealedBox): Promise<CreatedWords> {
    return this.#inTurn(async () => {
      this.#requireNoWallet();
      const signer = await this.#runningSigner();
      const { address, box: words, positions } = await signer.ask({ type: 'create', box }, 'words');
      return { address, words, positions };
    });
  }

  /** Stores the wallet that was created. @throws GataError `conflict` or `invalid-words`. */
  confirmWords(box: SealedBox): Promise<WalletState> {
    return this.#inTurn(() => this.#store({ type: 'confirm-words', box }));
  }

  /** @throws GataError `conflict`, `invalid-words`, `weak-password`, `wrong-password` or `wallet-damaged`. */
  import(box: SealedBox): Promise<WalletState> {
    return this.#inTurn(() => this.#store({ type: 'import', box }));
  }

  /** @throws GataError `wrong-password`, `rate-limited`, `wallet-damaged` or `not-found`. */
  unlock(box: SealedBox): Promise<WalletState> {
    return this.#inTurn(async () => {
      const { keystore } = this.#wallet();
      const signer = await this.#runningSigner();
      const { address } = await this.#parts.attempts.attempt(() =>
        signer.ask({ type: 'unlock', box, keystore }, 'unlocked'),
      );
      this.#setUnlocked(address);
      return this.state();
    });
  }

  /** Ends the signer: with its memory the key is gone. */
  lock(): Promise<WalletState> {
    return this.#inTurn(async () => {
      await this.#endSigner();
      return this.state();
    });
  }

  /** @throws GataError as `unlock`, and `weak-password`. */
  changePassword(box: SealedBox): Promise<WalletState> {
    return this.#inTurn(async () => {
      const { keystore } = this.#wallet();
      const signer = await this.#runningSigner();
      const changed = await this.#parts.attempts.attempt(() =>
        signer.ask({ type: 'change-password', box, keystore }, 'wallet'),
      );
      this.#parts.file.write(changed.keystore);
      return this.state();
    });
  }

  /** The wallet file as it is. @throws GataError `not-found` or `wallet-damaged`. */
  export(): { fileName: string; keystore: string } {
    const { address, keystore } = this.#wallet();
    return { fileName: `gata-wallet-${address}.json`, keystore };
  }

  /**
   * Locks the wallet and moves its file to another name: a mistake can be taken back, and who wants it gone deletes
   * that file. What is earned goes on to the payout address.
   * @returns the file's name.
   * @throws GataError `wrong-password`, `rate-limited`, `invalid-request` for another address, or `not-found`.
   */
  forget(proof: ForgetWallet): Promise<string> {
    return this.#inTurn(async () => {
      const wallet = this.#wallet();
      if ('address' in proof) {
        if (proof.address.trim().toLowerCase() !== wallet.address.toLowerCase()) {
          throw new GataError('invalid-request', `That is not the wallet's address, ${wallet.address}.`);
        }
      } else {
        const signer = await this.#runningSigner();
        const { keystore } = wallet;
        const { box } = proof;
        await this.#parts.attempts.attempt(() =>
          signer.ask({ type: 'check-password', box, keystore }, 'unlocked'),
        );
      }
      await this.#endSigner();
      const keptAs = this.#parts.file.setAside('forgotten');
      this.#parts.logger.info({ keptAs }, 'the wallet was forgotten');
      return keptAs;
    });
  }

  async signTransaction(transaction: UnsignedTransaction): Promise<SignedTransaction> {
    const signer = this.#unlockedSigner();
    const { raw, hash, description } = await signer.ask(
      { type: 'sign-transaction', transaction },
      'signed-transaction',
    );
    return { raw, hash, description };
  }

  async signTypedData(message: UnsignedTypedData): Promise<SignedMessage> {
    const signer = this.#unlockedSigner();
    const { signature, description } = await signer.ask(
      { type: 'sign-typed-data', message },
      'signed-message',
    );
    return { signature, description };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(() => this.#endSigner());
  }

  async #store(request: { type: 'confirm-words' | 'import'; box: SealedBox }): Promise<WalletState> {
    this.#requireNoWallet();
    const { file, settings, changeSettings } = this.#parts;
    const signer = await this.#runningSigner();
    const { address, keystore } = await signer.ask(request, 'wallet');
    if (file.read().state === 'damaged') file.setAside('damaged');
    file.write(keystore);
    if (settings().payoutAddress === null) changeSettings({ wallet: { payoutAddress: address } });
    this.#setUnlocked(address);
    return this.state();
  }

  #requireNoWallet(): void {
    if (this.#parts.file.read().state !== 'stored') return;
    const message = 'There is a wallet already. Export it and forget it before another takes its place.';
    throw new GataError('conflict', message);
  }

  #wallet(): { address: string; keystore: string } {
    const wallet = this.#parts.file.read();
    if (wallet.state === 'stored') return wallet;
    if (wallet.state === 'damaged') throw new GataError('wallet-damaged', wallet.problem);
    throw new GataError('not-found', `There is no wallet. Create one, or import a ${WALLET_FILE_NAME}.`);
  }

  #unlockedSigner(): SignerProcess {
    // Timers stand still while the computer sleeps.
    if (this.#lockAt !== undefined && this.#lockAt <= this.#parts.clock.now()) void this.lock();
    else if (this.#signer !== undefined && this.#unlocked !== undefined) return this.#signer;
    throw new GataError('wallet-locked', 'The wallet is locked. Unlock it first.');
  }

  async #runningSigner(): Promise<SignerProcess> {
    if (this.#signer !== undefined) return this.#signer;
    const signer = await this.#parts.startSigner();
    this.#signer = signer;
    this.#endAfter(UNUSED_MS);
    void signer.gone.then(() => {
      if (this.#signer !== signer) return;
      this.#clear();
      this.emit('change');
    });
    return signer;
  }

  /** The time to the lock counts from here and is not lengthened by signatures, which may be made without a user. */
  #setUnlocked(address: string): void {
    this.#unlocked = address;
    this.#endAfter(this.#parts.settings().autoLockMinutes * MINUTE_MS);
  }

  #endAfter(ms: number): void {
    clearTimeout(this.#lockTimer);
    this.#lockAt = new Date(this.#parts.clock.now().getTime() + ms);
    this.#lockTimer = setTimeout(() => void this.lock(), ms);
    this.#lockTimer.unref();
  }

  async #endSigner(): Promise<void> {
    const signer = this.#signer;
    this.#clear();
    await signer?.[Symbol.asyncDispose]();
  }

  #clear(): void {
    clearTimeout(this.#lockTimer);
    this.#signer = undefined;
    this.#unlocked = undefined;
    this.#lockAt = undefined;
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(act).finally(() => this.emit('change'));
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
