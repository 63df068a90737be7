import path from 'node:path';
import type { Logger } from 'pino';
import { GataError } from '../../shared/gata-error.ts';
import type { ModelManifest } from '../../shared/model-manifest.ts';
import { readModelBundle } from './model-bundle.ts';

export interface CatalogueModel {
  readonly digest: string;
  readonly manifest: ModelManifest;
}

export interface ModelFileOnDisk {
  readonly file: string;
  readonly bytes: number;
}

/**
 * The models this gateway offers: folders whose every file was checked against the manifest at start. Nodes take
 * them only with an entry of the signed catalogue (`src/gateway/catalogue`).
 */
export class ModelCatalogue {
  readonly #byId = new Map<string, CatalogueModel>();
  readonly #byDigest = new Map<string, CatalogueModel>();
  readonly #files = new Map<string, ModelFileOnDisk>();
  readonly #isWithdrawn: (digest: string) => boolean;

  private constructor(isWithdrawn: (digest: string) => boolean) {
    this.#isWithdrawn = isWithdrawn;
  }

  /**
   * A corrupt bundle is logged and left out; the others are offered.
   * @param isWithdrawn whether a model may no longer be offered to buyers; asked again and again.
   */
  static async open(
    folders: readonly string[],
    log: Logger,
    isWithdrawn: (digest: string) => boolean = () => false,
  ): Promise<ModelCatalogue> {
    const catalogue = new ModelCatalogue(isWithdrawn);
    for (const folder of folders) {
      try {
        await catalogue.#add(path.resolve(folder));
      } catch (error) {
        const { code, message } = GataError.from(error);
        log.error({ folder, code, err: error }, `a model is not offered: ${message}`);
      }
    }
    return catalogue;
  }

  models(): CatalogueModel[] {
    return [...this.#byId.values()].filter((model) => !this.#isWithdrawn(model.digest));
  }

  byId(id: string): CatalogueModel | undefined {
    const model = this.#byId.get(id);
    return model === undefined || this.#isWithdrawn(model.digest) ? undefined : model;
  }

  byDigest(digest: string): CatalogueModel | undefined {
    return this.#byDigest.get(digest);
  }

  /** The bundle file with these contents. */
  file(sha256: string): ModelFileOnDisk | undefined {
    return this.#files.get(sha256);
  }

  async #add(folder: string): Promise<void> {
    const { digest, manifest, files } = await readModelBundle(folder);
    if (this.#byId.has(manifest.id)) {
      throw new GataError('conflict', `Another folder already offers a model named ${manifest.id}.`);
    }
    for (const { entry, file } of files) this.#files.set(entry.sha256, { file, bytes: entry.bytes });
    const model = { digest, manifest };
    this.#byId.set(manifest.id, model);
    this.#byDigest.set(digest, model);
  }
}
