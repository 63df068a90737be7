import { chmod, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { GataError } from '../../shared/gata-error.ts';
import type { CatalogueKey } from '../../shared/model-catalogue.ts';
import { SigningKey } from './signing-key.ts';

export type KeyRole = CatalogueKey['role'] | 'root';

const FILE_NAME = /^(root|models|revocations|providers)-([0-9a-f]{16})\.pem$/;

/** A folder of private keys, one file each, that only this user can read. */
export class KeySafe {
  readonly #folder: string;
  readonly #passphrase: string | undefined;

  /** @param passphrase what keys are encrypted with; undefined: the files are all that guards them. */
  constructor(folder: string, passphrase: string | undefined) {
    this.#folder = folder;
    this.#passphrase = passphrase;
  }

  /** The keys of a role that are not retired, in no order. @throws GataError when one cannot be read. */
  async keys(role: KeyRole): Promise<SigningKey[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    });
    const found: SigningKey[] = [];
    for (const name of names) {
      const match = FILE_NAME.exec(name);
      if (match?.[1] !== role) continue;
      const key = SigningKey.fromPem(await this.#read(name), this.#passphrase, path.join(this.#folder, name));
      if (key.keyId !== match[2]) {
        throw new GataError(
          'invalid-request',
          `${path.join(this.#folder, name)} holds another key: ${key.keyId}.`,
        );
      }
      found.push(key);
    }
    return found;
  }

  /** The key is on the disk when this resolves. */
  async make(role: KeyRole): Promise<SigningKey> {
    const key = SigningKey.generate();
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await chmod(this.#folder, 0o700);
    await using file = await open(path.join(this.#folder, `${role}-${key.keyId}.pem`), 'wx', 0o600);
    await file.writeFile(key.toPem(this.#passphrase));
    await file.sync();
    return key;
  }

  /** Puts a key aside, where nothing signs with it; for the owner to destroy. */
  async retire(role: KeyRole, keyId: string): Promise<void> {
    const retired = path.join(this.#folder, 'retired');
    await mkdir(retired, { recursive: true, mode: 0o700 });
    const name = `${role}-${keyId}.pem`;
    await rename(path.join(this.#folder, name), path.join(retired, name));
  }

  async #read(name: string): Promise<string> {
    const file = path.join(this.#folder, name);
    // A copied folder may have lost its modes.
    await chmod(file, 0o600);
    return await readFile(file, 'utf8');
  }
}
