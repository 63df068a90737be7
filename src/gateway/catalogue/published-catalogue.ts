import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  canonicalText,
  parseKeyListChain,
  parseModelEntry,
  parseProviderManifest,
  parseRevocationList,
} from '../../shared/catalogue-document.ts';
import { CatalogueFault } from '../../shared/catalogue-fault.ts';
import {
  CATALOGUE_BYTES_LIMIT,
  CATALOGUE_FILES,
  type CatalogueDocument,
  type KeyListChain,
  type SignedModelEntry,
  type SignedRevocationList,
} from '../../shared/model-catalogue.ts';
import type { SignedProviderManifest } from '../../shared/provider-manifest.ts';

/** The folder of what is published: signed documents only, so that whoever serves it needs no key. */
export class PublishedCatalogue {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The text as it is to be served; undefined when there is none, or a file that is too large to be one. */
  async text(document: CatalogueDocument, digest = ''): Promise<string | undefined> {
    const file = path.join(this.folder, nameOf(document, digest));
    try {
      await using handle = await open(file, 'r');
      const { size } = await handle.stat();
      return size > CATALOGUE_BYTES_LIMIT[document] ? undefined : await handle.readFile('utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** When the revocations were last replaced, in milliseconds since 1970; 0 when there are none. */
  async revocationsChangedMs(): Promise<number> {
    const found = await stat(path.join(this.folder, CATALOGUE_FILES.revocations)).catch(() => undefined);
    return found?.mtimeMs ?? 0;
  }

  /** @throws CatalogueFault when the file is damaged. */
  async keys(): Promise<KeyListChain | undefined> {
    return await this.#parsed(parseKeyListChain, 'keys');
  }

  /** @throws CatalogueFault when the file is damaged. */
  async revocations(): Promise<SignedRevocationList | undefined> {
    return await this.#parsed(parseRevocationList, 'revocations');
  }

  /** @throws CatalogueFault when the file is damaged. */
  async entry(digest: string): Promise<SignedModelEntry | undefined> {
    return await this.#parsed(parseModelEntry, 'entry', digest);
  }

  /** @throws CatalogueFault when the file is damaged. */
  async providerManifest(): Promise<SignedProviderManifest | undefined> {
    return await this.#parsed(parseProviderManifest, 'provider-libraries');
  }

  /** The digests of all entries, sorted. */
  async digests(): Promise<string[]> {
    const names = await readdir(path.join(this.folder, 'entries')).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names.flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []).sort();
  }

  async publishKeys(chain: KeyListChain): Promise<void> {
    await this.#replace(CATALOGUE_FILES.keys, canonicalText(chain));
  }

  async publishRevocations(signed: SignedRevocationList): Promise<void> {
    await this.#replace(CATALOGUE_FILES.revocations, canonicalText(signed));
  }

  async publishProviderManifest(signed: SignedProviderManifest): Promise<void> {
    await this.#replace(CATALOGUE_FILES['provider-libraries'], canonicalText(signed));
  }

  async publishEntry(signed: SignedModelEntry): Promise<void> {
    await this.#replace(CATALOGUE_FILES.entry(signed.payload.digest), canonicalText(signed));
  }

  async withdrawEntry(digest: string): Promise<void> {
    await rm(path.join(this.folder, CATALOGUE_FILES.entry(digest)), { force: true });
  }

  async #parsed<Document>(
    parse: (text: string) => Document,
    document: CatalogueDocument,
    digest = '',
  ): Promise<Document | undefined> {
    const text = await this.text(document, digest);
    try {
      return text === undefined ? undefined : parse(text);
    } catch (error) {
      if (!(error instanceof CatalogueFault)) throw error;
      const file = path.join(this.folder, nameOf(document, digest));
      throw new CatalogueFault(error.code, `${file}: ${error.message}`, { cause: error });
    }
  }

  /** In one step: a gateway that serves the folder meanwhile has the old or the new. */
  async #replace(name: string, text: string): Promise<void> {
    const file = path.join(this.folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}.tmp`;
    {
      await using handle = await open(draft, 'w', 0o644);
      await handle.writeFile(text);
      await handle.sync();
    }
    await rename(draft, file);
  }
}

function nameOf(document: CatalogueDocument, digest: string): string {
  return document === 'entry' ? CATALOGUE_FILES.entry(digest) : CATALOGUE_FILES[document];
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
