import {
  computeAddress,
  decryptKeystoreJsonSync,
  encryptKeystoreJsonSync,
  getAddress,
  hexlify,
  SigningKey,
} from 'ethers';
import type { z } from 'zod';
import { GataError } from '../../src/shared/gata-error.ts';
import { LEAST_PASSWORD_SCORE, PasswordJudge } from '../../src/shared/password-strength.ts';
import { type BoxKeys, createBoxKeys, type SealedBox, seal, unseal } from '../../src/shared/sealed-box.ts';
import { SIGNER_SECRETS, type SignerPurpose, WORDS_PURPOSE } from '../../src/shared/signer-protocol.ts';
import {
  createdWordsSchema,
  exportedWalletSchema,
  forgetWalletSchema,
  forgottenWalletSchema,
  sealedRequestSchema,
  type WalletState,
  walletKeySchema,
} from '../../src/shared/wallet.ts';
import { choosePositions, keyOfWords, makeWords } from '../../src/signer/wallet-words.ts';

/** Of the wallet that is there from the beginning. */
export const WALLET_PASSWORD = 'quittung sofa marzipan pendel';
const WALLET_KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d';
const FREE_FAILURES = 3;
const KEPT_AS = 'wallet.forgotten-2026-11-20.json';
/** Not hard to guess from, but quick. */
const QUICK_SCRYPT = { scrypt: { N: 2, r: 8, p: 1 } };

interface WalletStatePort {
  state(): WalletState;
  change(change: Partial<WalletState>): WalletState;
}

/**
 * The signer of a `DashboardAgent`: it opens the boxes that the page seals, checks passwords, makes words and keeps a
 * keystore that opens, but signs nothing.
 */
export class DashboardWalletKeys {
  /** How long after so many wrong passwords the next may be tried; a test may shorten it. */
  waitMs = (failures: number): number => (failures < FREE_FAILURES ? 0 : 2000);
  /** The words that were made last, for the test to read. */
  words: readonly string[] = [];
  readonly #wallet: WalletStatePort;
  #judge: PasswordJudge | undefined;
  #boxKeys: Promise<BoxKeys> | undefined;
  #unconfirmed: { password: string; positions: readonly number[] } | undefined;
  #stored = { privateKey: WALLET_KEY, password: WALLET_PASSWORD };
  #failures = 0;

  constructor(wallet: WalletStatePort) {
    this.#wallet = wallet;
  }

  /** undefined: no call about keys. Rejects with GataErrors as the agent does. */
  answer(call: string, body: unknown): Promise<unknown> | undefined {
    const box = () => sealedRequestSchema.parse(body).box;
    switch (call) {
      case 'POST /v1/wallet/key':
        return this.#keys().then(({ publicKey }) => walletKeySchema.parse({ boxKey: publicKey }));
      case 'POST /v1/wallet/create':
        return this.#create(box());
      case 'POST /v1/wallet/confirm-words':
        return this.#confirm(box());
      case 'POST /v1/wallet/import':
        return this.#import(box());
      case 'POST /v1/wallet/unlock':
        return this.#unlock(box());
      case 'POST /v1/wallet/change-password':
        return this.#changePassword(box());
      case 'GET /v1/wallet/keystore':
        return Promise.resolve(this.#export());
      case 'POST /v1/wallet/forget':
        return this.#forget(body);
      default:
        return undefined;
    }
  }

  async #create(box: SealedBox): Promise<unknown> {
    const { password, words, replyTo } = await this.#open(box, 'create', SIGNER_SECRETS.create);
    this.#requireStrong(password);
    const phrase = makeWords(words);
    const positions = choosePositions(words);
    this.words = phrase.split(' ');
    this.#unconfirmed = { password, positions };
    return createdWordsSchema.parse({
      address: computeAddress(hexlify(keyOfWords(phrase))),
      words: await seal(new TextEncoder().encode(phrase), replyTo, WORDS_PURPOSE),
      positions,
    });
  }

  async #confirm(box: SealedBox): Promise<WalletState> {
    const { words } = await this.#open(box, 'confirm-words', SIGNER_SECRETS['confirm-words']);
    const unconfirmed = this.#unconfirmed;
    if (unconfirmed === undefined)
      throw new GataError('conflict', 'No new wallet waits for its words. Create one again.');
    if (unconfirmed.positions.some((position, index) => this.words[position - 1] !== words[index]))
      throw new GataError('invalid-words', 'These are not the words that were asked for. Look again.');
    this.#unconfirmed = undefined;
    return this.#keep(hexlify(keyOfWords(this.words.join(' '))), unconfirmed.password);
  }

  async #import(box: SealedBox): Promise<WalletState> {
    const { password, from } = await this.#open(box, 'import', SIGNER_SECRETS.import);
    this.#requireStrong(password);
    return this.#keep(importedKey(from), password);
  }

  async #unlock(box: SealedBox): Promise<WalletState> {
    const { password } = await this.#open(box, 'unlock', SIGNER_SECRETS.unlock);
    this.#checkPassword(password);
    return this.#unlocked();
  }

  async #changePassword(box: SealedBox): Promise<WalletState> {
    const { password, newPassword } = await this.#open(
      box,
      'change-password',
      SIGNER_SECRETS['change-password'],
    );
    this.#checkPassword(password);
    this.#requireStrong(newPassword);
    this.#stored = { ...this.#stored, password: newPassword };
    return this.#wallet.state();
  }

  #export(): unknown {
    const { privateKey, password } = this.#stored;
    const address = computeAddress(privateKey);
    return exportedWalletSchema.parse({
      fileName: `gata-wallet-${address}.json`,
      keystore: encryptKeystoreJsonSync({ address, privateKey }, password, QUICK_SCRYPT),
    });
  }

  async #forget(body: unknown): Promise<unknown> {
    const proof = forgetWalletSchema.parse(body);
    if ('box' in proof)
      this.#checkPassword(
        (await this.#open(proof.box, 'check-password', SIGNER_SECRETS['check-password'])).password,
      );
    else if (proof.address.toLowerCase() !== this.#wallet.state().address?.toLowerCase())
      throw new GataError('invalid-request', 'That is not the wallet’s address.');
    const { payoutAddress } = this.#wallet.state();
    this.#wallet.change({ state: 'watching', address: payoutAddress, autoLockAt: null, signer: null });
    return forgottenWalletSchema.parse({ keptAs: KEPT_AS });
  }

  #keep(privateKey: string, password: string): WalletState {
    this.#stored = { privateKey, password };
    const address = computeAddress(privateKey);
    this.#wallet.change({ address, payoutAddress: this.#wallet.state().payoutAddress ?? address });
    return this.#unlocked();
  }

  #unlocked(): WalletState {
    return this.#wallet.change({
      state: 'unlocked',
      problem: null,
      retryAt: null,
      autoLockAt: new Date(Date.now() + 900_000).toISOString(),
      signer: { isolated: true, detail: 'The signer has no network, and none of your files.' },
    });
  }

  #checkPassword(password: string): void {
    const { retryAt } = this.#wallet.state();
    if (retryAt !== null && Date.parse(retryAt) > Date.now())
      throw new GataError('rate-limited', 'After so many wrong passwords the next must wait.');
    if (password === this.#stored.password) {
      this.#failures = 0;
      return;
    }
    this.#failures += 1;
    const waitMs = this.waitMs(this.#failures);
    if (waitMs > 0) this.#wallet.change({ retryAt: new Date(Date.now() + waitMs).toISOString() });
    throw new GataError('wrong-password', 'The password is wrong.');
  }

  #requireStrong(password: string): void {
    this.#judge ??= new PasswordJudge();
    const { score, advice } = this.#judge.judge(password);
    if (score < LEAST_PASSWORD_SCORE)
      throw new GataError('weak-password', `This password is too easy to guess. ${advice}`);
  }

  #keys(): Promise<BoxKeys> {
    this.#boxKeys ??= createBoxKeys();
    return this.#boxKeys;
  }

  async #open<Schema extends z.ZodType>(
    box: SealedBox,
    purpose: SignerPurpose,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    const opened = await unseal(box, await this.#keys(), purpose);
    return schema.parse(JSON.parse(new TextDecoder().decode(opened)));
  }
}

function importedKey(from: z.infer<(typeof SIGNER_SECRETS)['import']>['from']): string {
  switch (from.kind) {
    case 'words':
      return hexlify(keyOfWords(from.words));
    case 'private-key':
      try {
        return new SigningKey(`0x${from.privateKey.trim().replace(/^0x/, '')}`).privateKey;
      } catch {
        throw new GataError('invalid-request', 'This is no private key: it has 64 hexadecimal digits.');
      }
    case 'keystore':
      try {
        const { address, privateKey } = decryptKeystoreJsonSync(from.keystore, from.keystorePassword);
        if (getAddress(address) !== computeAddress(privateKey)) throw new Error('another key');
        return privateKey;
      } catch {
        throw new GataError('wrong-password', 'The password is wrong.');
      }
  }
}
