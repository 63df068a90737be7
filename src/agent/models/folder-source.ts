import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import {
  MANIFEST_FILE_NAME,
  type ModelFile,
  type ModelManifest,
  modelManifestSchema,
} from '../../shared/model-manifest.ts';
import { sha256OfFile } from '../downloads/file-hash.ts';
import type { FileBytes } from '../downloads/file-source.ts';
import type { ModelSource } from './bundle-source.ts';
import { readLayout } from './hugging-face-layout.ts';

/** A model in a folder of this machine: a bundle with its manifest, or Hugging Face's layout without one. */
export class FolderSource implements ModelSource {
  readonly #folder: string;
  /** Where a file of the bundle lies, by its path in the bundle. */
  readonly #paths = new Map<string, string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws GataError `invalid-request` when there is no such folder. */
  static async open(folder: string): Promise<FolderSource> {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) {
      throw new GataError('invalid-request', `There is no folder ${folder}.`, { param: 'source' });
    }
    return new FolderSource(folder);
  }

  async describe(signal: AbortSignal): Promise<ModelManifest> {
    const names = (await readdir(this.#folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.#folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
    if (names.includes(MANIFEST_FILE_NAME)) {
      const manifest = modelManifestSchema.safeParse(await this.#readJson(MANIFEST_FILE_NAME));
      if (!manifest.success) {
        throw unusable(`Its ${MANIFEST_FILE_NAME} is not valid: ${z.prettifyError(manifest.error)}`);
      }
      for (const file of manifest.data.files) this.#paths.set(file.path, join(this.#folder, file.path));
      return manifest.data;
    }
    const layout = await readLayout(names, (name) => this.#readJson(name));
    const files: ModelFile[] = [];
    for (const { from, path } of layout.files) {
      const source = join(this.#folder, from);
      this.#paths.set(path, source);
      files.push({ path, bytes: (await stat(source)).size, sha256: await sha256OfFile(source, signal) });
    }
    const name = basename(this.#folder);
    return modelManifestSchema.parse({
      schemaVersion: 1,
      id: name.replaceAll(/[^\w.-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model',
      name: name.slice(0, 128) || 'model',
      version: '1.0.0',
      description: '',
      licence: 'unknown',
      demo: false,
      tasks: layout.tasks,
      contextTokens: layout.contextTokens,
      files,
    });
  }

  async open(file: ModelFile, offset: number, signal: AbortSignal): Promise<FileBytes> {
    const path = this.#paths.get(file.path);
    const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === undefined || found?.size !== file.bytes) {
      throw new GataError('corrupt-bundle', `The folder's file ${file.path} is missing or not of its size.`);
    }
    return { offset, bytes: createReadStream(path, { start: offset, signal, highWaterMark: 512 * 1024 }) };
  }

  unreachable(cause: unknown): GataError {
    return new GataError('model-source-unreachable', `The folder ${this.#folder} could not be read.`, {
      cause,
    });
  }

  async #readJson(name: string): Promise<unknown> {
    const text = await readFile(join(this.#folder, name), 'utf8');
    try {
      return JSON.parse(text);
    } catch (error) {
      throw unusable(`Its ${name} is not JSON (${error instanceof Error ? error.message : String(error)}).`);
    }
  }
}

function unusable(what: string): GataError {
  return new GataError('invalid-request', `This is not a model that workers can run. ${what}`, {
    param: 'source',
  });
}
