import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import { isSameSecret, secretDigest } from '../../shared/secret-digest.ts';
import type { ApiKeyStore } from '../store/api-key-store.ts';

/** An unknown key makes us read the keys again, for one made a moment ago; but not more often than this. */
const RELOAD_EVERY_MS = 1000;

/** Whose key a request carries. Keys are kept as hashes and compared in constant time. */
export class BuyerKeys {
  readonly #store: ApiKeyStore;
  readonly #clock: Clock;
  #keys: { readonly id: string; readonly hash: Buffer }[] = [];
  #loadedAt = Number.NEGATIVE_INFINITY;

  constructor(store: ApiKeyStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async register(name: string, key: string): Promise<void> {
    await this.#store.add(name, secretDigest(key).toString('hex'));
  }

  /** @returns the buyer's id. @throws GataError `unauthorized`. */
  async authenticate(key: string): Promise<string> {
    const hash = secretDigest(key);
    let buyerId = this.#find(hash);
    const now = this.#clock.now().getTime();
    if (buyerId === undefined && now - this.#loadedAt >= RELOAD_EVERY_MS) {
      this.#loadedAt = now;
      this.#keys = (await this.#store.all()).map(({ id, hash }) => ({ id, hash: Buffer.from(hash, 'hex') }));
      buyerId = this.#find(hash);
    }
    if (buyerId === undefined) throw new GataError('unauthorized', 'This API key is not known here.');
    return buyerId;
  }

  #find(hash: Buffer): string | undefined {
    let found: string | undefined;
    for (const key of this.#keys) {
      if (isSameSecret(key.hash, hash)) found = key.id;
    }
    return found;
  }
}
