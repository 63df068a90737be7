import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  MANIFEST_FILE_NAME,
  type ModelFile,
  type ModelManifest,
  modelManifestSchema,
} from '../../shared/model-manifest.ts';
import { sha256OfFile } from '../downloads/file-hash.ts';
import { asWriteError } from '../private-file.ts';
import { modelDigest } from './model-digest.ts';

const DIGEST = /^[0-9a-f]{64}$/;
const BLOB = /^([0-9a-f]{64})(\.partial)?$/;

/**
 * The cache on the disk: every file once under `blobs/<sha256>`, and for every bundle a folder
 * `bundles/<digest>` of hard links in Hugging Face's layout, which appears in one step and only whole.
 */
export class BundleStore {
  readonly #blobs: string;
  readonly #bundles: string;
  /** What a file looked like when its bytes were last verified, by SHA-256; it is not read again until it changes. */
  readonly #verified = new Map<string, string>();

  constructor(folder: string) {
    this.#blobs = join(folder, 'blobs');
    this.#bundles = join(folder, 'bundles');
  }

  /** Makes the folders and removes what an interrupted installation left. */
  async prepare(): Promise<void> {
    await mkdir(this.#blobs, { recursive: true });
    await mkdir(this.#bundles, { recursive: true });
    const leftovers = (await readdir(this.#bundles)).filter((name) => !DIGEST.test(name));
    await Promise.all(
      leftovers.map((name) => rm(join(this.#bundles, name), { recursive: true, force: true })),
    );
  }

  blobPath(sha256: string): string {
    return join(this.#blobs, sha256);
  }

  partialPath(sha256: string): string {
    return join(this.#blobs, `${sha256}.partial`);
  }

  bundleFolder(digest: string): string {
    return join(this.#bundles, digest);
  }

  /** Bytes on the disk by SHA-256, whole or partial. */
  async blobSizes(): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    for (const name of await readdir(this.#blobs)) {
      const sha256 = BLOB.exec(name)?.[1];
      const found = await stat(join(this.#blobs, name)).catch(() => undefined);
      if (sha256 !== undefined && found !== undefined)
        sizes.set(sha256, (sizes.get(sha256) ?? 0) + found.size);
    }
    return sizes;
  }

  async bundleDigests(): Promise<string[]> {
    return (await readdir(this.#bundles)).filter((name) => DIGEST.test(name));
  }

  /** The manifest in a bundle's folder, undefined when it is missing or not the digest's. */
  async readManifest(digest: string): Promise<ModelManifest | undefined> {
    try {
      const text = await readFile(join(this.bundleFolder(digest), MANIFEST_FILE_NAME), 'utf8');
      const manifest = modelManifestSchema.parse(JSON.parse(text));
      return modelDigest(manifest) === digest ? manifest : undefined;
    } catch {
      return undefined;
    }
  }

  async hasBlob(file: ModelFile): Promise<boolean> {
    const found = await stat(this.blobPath(file.sha256)).catch(() => undefined);
    return found?.size === file.bytes;
  }

  /**
   * The files of an installed bundle whose bytes are not those of the manifest. The first check since the
   * program started reads every byte; later ones only what has changed since.
   */
  async damagedFiles(digest: string, manifest: ModelManifest, signal: AbortSignal): Promise<ModelFile[]> {
    const damaged: ModelFile[] = [];
    for (const file of manifest.files) {
      const path = join(this.bundleFolder(digest), file.path);
      if (!(await this.#isIntact(path, file, signal))) damaged.push(file);
    }
    return damaged;
  }

  /** Removes a file's bytes, so that they are fetched again. */
  async discardBlob(sha256: string): Promise<void> {
    this.#verified.delete(sha256);
    await rm(this.blobPath(sha256), { force: true });
    await rm(this.partialPath(sha256), { force: true });
  }

  /** @throws GataError `disk-full` or `data-folder-unusable`; the bundle is then not there at all. */
  async install(digest: string, manifest: ModelManifest): Promise<void> {
    const folder = this.bundleFolder(digest);
    const draft = `${folder}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      for (const file of manifest.files) {
        const path = join(draft, file.path);
        await mkdir(dirname(path), { recursive: true });
        await link(this.blobPath(file.sha256), path);
      }
      const manifestPath = join(draft, MANIFEST_FILE_NAME);
      await writeFile(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
      await chmod(manifestPath, 0o400);
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw asWriteError(folder, error);
    }
  }

  async removeBundle(digest: string): Promise<void> {
    await rm(this.bundleFolder(digest), { recursive: true, force: true });
  }

  async #isIntact(path: string, file: ModelFile, signal: AbortSignal): Promise<boolean> {
    const found = await stat(path).catch(() => undefined);
    if (found?.size !== file.bytes) return false;
    const fingerprint = `${found.ino}:${found.size}:${found.mtimeMs}`;
    if (this.#verified.get(file.sha256) === fingerprint) return true;
    if ((await sha256OfFile(path, signal)) !== file.sha256) return false;
    this.#verified.set(file.sha256, fingerprint);
    return true;
  }
}
