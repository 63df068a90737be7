import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { keyIdOf } from '../../shared/catalogue-document.ts';
import { GataError } from '../../shared/gata-error.ts';

/** A private ed25519 key of the catalogue. */
export class SigningKey {
  /** 32 bytes in hexadecimal. */
  readonly publicKey: string;
  readonly keyId: string;
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
    const { x } = createPublicKey(key).export({ format: 'jwk' });
    this.publicKey = Buffer.from(x ?? '', 'base64url').toString('hex');
    this.keyId = keyIdOf(this.publicKey);
  }

  static generate(): SigningKey {
    return new SigningKey(generateKeyPairSync('ed25519').privateKey);
  }

  /**
   * @param pem PKCS #8, encrypted or not; `openssl pkcs8` reads and writes the same.
   * @throws GataError `unauthorized` when it needs another passphrase, `invalid-request` when it is no such key.
   */
  static fromPem(pem: string, passphrase: string | undefined, name: string): SigningKey {
    let key: KeyObject;
    try {
      key = createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
    } catch (error) {
      throw pem.includes('ENCRYPTED')
        ? new GataError(
            'unauthorized',
            `${name} is encrypted, and the passphrase given is missing or wrong.`,
            {
              cause: error,
            },
          )
        : new GataError('invalid-request', `${name} is not a private key in PEM.`, { cause: error });
    }
    if (key.asymmetricKeyType !== 'ed25519') {
      throw new GataError('invalid-request', `${name} is not an ed25519 key.`);
    }
    return new SigningKey(key);
  }

  toPem(passphrase: string | undefined): string {
    const encryption = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
    return this.#key.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString();
  }

  /** @returns the signature, 64 bytes in hexadecimal. */
  sign(bytes: Uint8Array): string {
    return sign(null, bytes, this.#key).toString('hex');
  }
}
