import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { GataError } from '../../shared/gata-error.ts';
import {
  canonicalManifest,
  MANIFEST_FILE_NAME,
  type ModelManifest,
  modelManifestSchema,
} from '../../shared/model-manifest.ts';

export interface CatalogueModel {
  readonly digest: string;
  readonly manifest: ModelManifest;
}

export interface ModelFileOnDisk {
  readonly file: string;
  readonly bytes: number;
}

/** The models the network offers: folders whose every file was checked against the manifest at start. */
export class ModelCatalogue {
  readonly #byId = new Map<string, CatalogueModel>();
  readonly #byDigest = new Map<string, CatalogueModel>();
  readonly #files = new Map<string, ModelFileOnDisk>();

  /** A corrupt bundle is logged and left out; the others are offered. */
  static async open(folders: readonly string[], log: Logger): Promise<ModelCatalogue> {
    const catalogue = new ModelCatalogue();
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
    return [...this.#byId.values()];
  }

  byId(id: string): CatalogueModel | undefined {
    return this.#byId.get(id);
  }

  byDigest(digest: string): CatalogueModel | undefined {
    return this.#byDigest.get(digest);
  }

  /** The bundle file with these contents. */
  file(sha256: string): ModelFileOnDisk | undefined {
    return this.#files.get(sha256);
  }

  async #add(folder: string): Promise<void> {
    const manifest = await readManifest(folder);
    if (this.#byId.has(manifest.id)) {
      throw new GataError('conflict', `Another folder already offers a model named ${manifest.id}.`);
    }
    const files = await Promise.all(
      manifest.files.map(async (entry) => ({ entry, file: await checkFile(folder, entry) })),
    );
    for (const { entry, file } of files) this.#files.set(entry.sha256, { file, bytes: entry.bytes });
    const digest = createHash('sha256').update(canonicalManifest(manifest)).digest('hex');
    const model = { digest, manifest };
    this.#byId.set(manifest.id, model);
    this.#byDigest.set(digest, model);
  }
}

async function readManifest(folder: string): Promise<ModelManifest> {
  const file = path.join(folder, MANIFEST_FILE_NAME);
  try {
    return modelManifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new GataError('corrupt-bundle', `${file} is missing or is no model manifest.`, { cause: error });
  }
}

async function checkFile(folder: string, entry: ModelManifest['files'][number]): Promise<string> {
  const file = path.join(folder, ...entry.path.split('/'));
  const hash = createHash('sha256');
  try {
    const { size } = await stat(file);
    if (size !== entry.bytes) {
      throw new GataError('corrupt-bundle', `${file} has ${size} bytes; the manifest says ${entry.bytes}.`);
    }
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if (error instanceof GataError) throw error;
    throw new GataError('corrupt-bundle', `${file} cannot be read.`, { cause: error });
  }
  if (hash.digest('hex') !== entry.sha256) {
    throw new GataError('corrupt-bundle', `${file} does not have the SHA-256 that the manifest says.`);
  }
  return file;
}
