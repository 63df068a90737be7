const STORAGE_KEY = 'gata-unfinished-wallet';

/**
 * Whether words were shown in this tab and not confirmed, so that whoever left in between is told that nothing was
 * kept. Only that is remembered, nothing of the wallet.
 */
export class UnfinishedWallet {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#storage = storage;
  }

  get isThere(): boolean {
    return this.#storage.getItem(STORAGE_KEY) !== null;
  }

  begin(): void {
    this.#storage.setItem(STORAGE_KEY, 'yes');
  }

  /** It was kept, or the user knows. */
  end(): void {
    this.#storage.removeItem(STORAGE_KEY);
  }
}
