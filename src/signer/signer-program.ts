import { getBytes, isHexString, SigningKey } from 'ethers';
import type { z } from 'zod';
import { GataError } from '../shared/gata-error.ts';
import type { NetworkProfile } from '../shared/network-profile.ts';
import { LEAST_PASSWORD_SCORE, PasswordJudge } from '../shared/password-strength.ts';
import { type BoxKeys, createBoxKeys, type SealedBox, seal, unseal } from '../shared/sealed-box.ts';
import {
  type FromSigner,
  SIGNER_PROTOCOL_VERSION,
  SIGNER_SECRETS,
  type SignerPurpose,
  type ToSigner,
  WORDS_PURPOSE,
} from '../shared/signer-protocol.ts';
import { addressOf, decryptKeystore, encryptKeystore } from './keystore-v3.ts';
import { readTransaction, refused, type SigningRules } from './read-transaction.ts';
import { readTypedData } from './read-typed-data.ts';
import { choosePositions, keyOfWords, makeWords } from './wallet-words.ts';

const CONFIRMATION_TRIES = 5;

type Request = Exclude<ToSigner, { type: 'start' }>;
type Start = Extract<ToSigner, { type: 'start' }>;

/** Words that were made and are not confirmed. */
interface UnconfirmedWallet {
  readonly words: readonly string[];
  readonly password: string;
  readonly positions: readonly number[];
  triesLeft: number;
}

interface OpenKey {
  readonly privateKey: Uint8Array;
  readonly address: string;
}

/** Holds the wallet's key while it is unlocked, and signs what the network's wallet may sign. */
export class SignerProgram {
  readonly #boxKeys: BoxKeys;
  readonly #profile: NetworkProfile | null;
  readonly #feeCeilingWei: bigint;
  /** Boxes are opened once: nobody can play one back. */
  readonly #openedBoxes = new Set<string>();
  #judge: PasswordJudge | undefined;
  #unconfirmed: UnconfirmedWallet | undefined;
  #key: OpenKey | undefined;

  private constructor(start: Start, boxKeys: BoxKeys) {
    this.#profile = start.profile;
    this.#feeCeilingWei = BigInt(start.feeCeilingWei);
    this.#boxKeys = boxKeys;
  }

  static async start(message: Start): Promise<SignerProgram> {
    return new SignerProgram(message, await createBoxKeys());
  }

  ready(): FromSigner {
    return { type: 'ready', protocol: SIGNER_PROTOCOL_VERSION, boxKey: this.#boxKeys.publicKey };
  }

  /** Never throws: what is not done is `refused`. */
  async answer(request: Request): Promise<FromSigner> {
    try {
      return await this.#answer(request);
    } catch (thrown) {
      // A cause could hold what it was about; nothing of it leaves.
      const { code, message } = GataError.from(thrown);
      return { type: 'refused', id: request.id, code, message };
    }
  }

  async #answer(request: Request): Promise<FromSigner> {
    const { id } = request;
    switch (request.type) {
      case 'create':
        return this.#create(id, await this.#open(request.box, 'create', SIGNER_SECRETS.create));
      case 'confirm-words':
        return this.#confirm(
          id,
          await this.#open(request.box, 'confirm-words', SIGNER_SECRETS['confirm-words']),
        );
      case 'import': {
        const { from, password } = await this.#open(request.box, 'import', SIGNER_SECRETS.import);
        this.#requireStrong(password);
        return this.#keep(id, await keyFrom(from), password);
      }
      case 'unlock': {
        const { password } = await this.#open(request.box, 'unlock', SIGNER_SECRETS.unlock);
        const key = await decryptKeystore(request.keystore, password);
        this.#replaceKey(key);
        return { type: 'unlocked', id, address: key.address };
      }
      case 'change-password': {
        const { password, newPassword } = await this.#open(
          request.box,
          'change-password',
          SIGNER_SECRETS['change-password'],
        );
        const { privateKey, address } = await decryptKeystore(request.keystore, password);
        this.#requireStrong(newPassword);
        const keystore = await encryptKeystore(privateKey, newPassword);
        privateKey.fill(0);
        return { type: 'wallet', id, address, keystore };
      }
      case 'check-password': {
        const { password } = await this.#open(
          request.box,
          'check-password',
          SIGNER_SECRETS['check-password'],
        );
        const { privateKey, address } = await decryptKeystore(request.keystore, password);
        privateKey.fill(0);
        return { type: 'unlocked', id, address };
      }
      case 'sign-transaction': {
        const { key, rules } = this.#readyToSign();
        const { transaction, description } = readTransaction(request.transaction, rules);
        transaction.signature = new SigningKey(key.privateKey).sign(transaction.unsignedHash);
        const { serialized: raw, hash } = transaction;
        if (hash === null) throw refused('it could not be serialised');
        return { type: 'signed-transaction', id, raw, hash, description };
      }
      case 'sign-typed-data': {
        const { key, rules } = this.#readyToSign();
        const { digest, description } = readTypedData(request.message, rules);
        const { serialized: signature } = new SigningKey(key.privateKey).sign(digest);
        return { type: 'signed-message', id, signature, description };
      }
    }
  }

  async #create(
    id: number,
    { password, words: count, replyTo }: z.infer<(typeof SIGNER_SECRETS)['create']>,
  ): Promise<FromSigner> {
    this.#requireStrong(password);
    const phrase = makeWords(count);
    const positions = choosePositions(count);
    this.#unconfirmed = { words: phrase.split(' '), password, positions, triesLeft: CONFIRMATION_TRIES };
    const privateKey = keyOfWords(phrase);
    const address = addressOf(privateKey);
    privateKey.fill(0);
    const box = await seal(new TextEncoder().encode(phrase), replyTo, WORDS_PURPOSE);
    return { type: 'words', id, address, box, positions };
  }

  async #confirm(
    id: number,
    { words }: z.infer<(typeof SIGNER_SECRETS)['confirm-words']>,
  ): Promise<FromSigner> {
    const unconfirmed = this.#unconfirmed;
    if (unconfirmed === undefined) {
      throw new GataError('conflict', 'No new wallet waits for its words. Create one again.');
    }
    const isRight = unconfirmed.positions.every(
      (position, index) => unconfirmed.words[position - 1] === words[index]?.trim().toLowerCase(),
    );
    if (!isRight) {
      unconfirmed.triesLeft -= 1;
      if (unconfirmed.triesLeft > 0) {
        throw new GataError('invalid-words', 'These are not the words that were asked for. Look again.');
      }
      this.#unconfirmed = undefined;
      throw new GataError(
        'invalid-words',
        'These are not the words that were asked for. Nothing was kept: create a wallet again, and write its words down.',
      );
    }
    const answer = await this.#keep(id, keyOfWords(unconfirmed.words.join(' ')), unconfirmed.password);
    this.#unconfirmed = undefined;
    return answer;
  }

  async #keep(id: number, privateKey: Uint8Array, password: string): Promise<FromSigner> {
    const keystore = await encryptKeystore(privateKey, password);
    const address = addressOf(privateKey);
    this.#replaceKey({ privateKey, address });
    return { type: 'wallet', id, address, keystore };
  }

  #replaceKey(key: OpenKey): void {
    this.#key?.privateKey.fill(0);
    this.#key = key;
  }

  #readyToSign(): { key: OpenKey; rules: SigningRules } {
    if (this.#profile === null) throw refused('no network is configured');
    if (this.#key === undefined)
      throw new GataError('wallet-locked', 'The wallet is locked. Unlock it first.');
    const rules = { profile: this.#profile, own: this.#key.address, feeCeilingWei: this.#feeCeilingWei };
    return { key: this.#key, rules };
  }

  #requireStrong(password: string): void {
    this.#judge ??= new PasswordJudge();
    const { score, advice } = this.#judge.judge(password);
    if (score >= LEAST_PASSWORD_SCORE) return;
    throw new GataError('weak-password', `This password is too easy to guess. ${advice}`);
  }

  async #open<Schema extends z.ZodType>(
    box: SealedBox,
    purpose: SignerPurpose,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    if (this.#openedBoxes.has(box.from)) {
      throw new GataError('conflict', 'This was sent before. Ask for the wallet again and repeat.');
    }
    this.#openedBoxes.add(box.from);
    const bytes = await openBox(box, this.#boxKeys, purpose);
    try {
      return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      // The reason would quote the content.
      throw new GataError('invalid-request', `What was sealed is no request to ${purpose}.`);
    } finally {
      bytes.fill(0);
    }
  }
}

async function openBox(
  box: SealedBox,
  keys: BoxKeys,
  purpose: SignerPurpose,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await unseal(box, keys, purpose);
  } catch (cause) {
    throw new GataError(
      'conflict',
      'What was sealed is not for the wallet as it runs now. Ask for its key again and repeat.',
      { cause },
    );
  }
}

async function keyFrom(from: z.infer<(typeof SIGNER_SECRETS)['import']>['from']): Promise<Uint8Array> {
  switch (from.kind) {
    case 'words':
      return keyOfWords(from.words);
    case 'private-key':
      return parsePrivateKey(from.privateKey);
    case 'keystore':
      return (await decryptKeystore(from.keystore, from.keystorePassword)).privateKey;
  }
}

function parsePrivateKey(text: string): Uint8Array {
  const hex = `0x${text.trim().replace(/^0x/i, '')}`;
  try {
    if (!isHexString(hex, 32)) throw new RangeError('not 32 bytes');
    const bytes = getBytes(hex);
    // Not every number is a key.
    addressOf(bytes);
    return bytes;
  } catch {
    throw new GataError('invalid-request', 'This is no private key: it has 64 hexadecimal digits.');
  }
}
