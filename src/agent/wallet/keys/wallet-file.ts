import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { getAddress } from 'ethers/address';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import { parseKeystoreFile } from '../../../shared/keystore-file.ts';
import { asWriteError, writePrivateFile } from '../../private-file.ts';

export const WALLET_FILE_NAME = 'wallet.json';

/** The wallet's keystore, or what is wrong with its file. */
export type StoredWallet =
  | { readonly state: 'none' }
  | { readonly state: 'stored'; readonly address: string; readonly keystore: string }
  | { readonly state: 'damaged'; readonly problem: string };

/** `wallet.json` in the data folder, for the user alone. A file that was there is never deleted. */
export class WalletFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #clock: Clock;

  constructor(dataFolder: string, clock: Clock) {
    this.#folder = dataFolder;
    this.#path = join(dataFolder, WALLET_FILE_NAME);
    this.#clock = clock;
  }

  read(): StoredWallet {
    if (!existsSync(this.#path)) return { state: 'none' };
    let keystore: string;
    try {
      keystore = readFileSync(this.#path, 'utf8');
    } catch (error) {
      return damaged(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    const parsed = parseKeystoreFile(keystore);
    if ('problem' in parsed) return damaged(parsed.problem);
    const { address } = parsed.keystore;
    if (address === undefined) return damaged('address: it is missing');
    return {
      state: 'stored',
      address: getAddress(`0x${address.replace(/^0x/, '').toLowerCase()}`),
      keystore,
    };
  }

  /** Replaces the keystore in one step. @throws GataError `disk-full` or `data-folder-unusable`. */
  write(keystore: string): void {
    writePrivateFile(this.#path, keystore);
  }

  /** Moves the file away, kept as it is. @returns its new name. */
  setAside(as: 'forgotten' | 'damaged'): string {
    const name = `wallet.${as}-${this.#clock.now().toISOString().replaceAll(/[:.]/g, '-')}.json`;
    const aside = join(this.#folder, name);
    if (existsSync(aside)) throw new GataError('conflict', `${name} is there already. Try again.`);
    try {
      renameSync(this.#path, aside);
    } catch (error) {
      throw asWriteError(aside, error);
    }
    return name;
  }
}

function damaged(problem: string): StoredWallet {
  return {
    state: 'damaged',
    problem: `${WALLET_FILE_NAME} in the data folder is damaged (${problem}). It is kept. Import a backup of it, or your words.`,
  };
}
