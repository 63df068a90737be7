import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import {
  type ModelFile,
  type ModelManifest,
  modelManifestSchema,
  sha256Schema,
} from '../../shared/model-manifest.ts';
import { bytesOfResponse, type FileBytes } from '../downloads/file-source.ts';
import type { ModelSource } from './bundle-source.ts';
import { readLayout } from './hugging-face-layout.ts';

/** Files that the hub keeps without a SHA-256 are small; a larger one is refused. */
const PLAIN_FILE_BYTES_LIMIT = 64 * 1024 * 1024;

const modelInfoSchema = z.looseObject({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z.looseObject({ license: z.string().nullish() }).nullish(),
});
const treeSchema = z.array(
  z.looseObject({
    type: z.string(),
    path: z.string(),
    size: z.int().nonnegative(),
    lfs: z.looseObject({ oid: sha256Schema, size: z.int().nonnegative() }).nullish(),
  }),
);

/** A repository of the Hugging Face hub, at the commit that its main branch has when it is described. */
export class HuggingFaceSource implements ModelSource {
  readonly #id: string;
  readonly #baseUrl: string;
  #commit = 'main';
  /** The repository's name of each file, by its path in the bundle. */
  readonly #names = new Map<string, string>();
  /** Small files are read to describe the model and kept until they are stored. */
  readonly #plainFiles = new Map<string, Uint8Array>();

  constructor(id: string, baseUrl: string) {
    this.#id = id;
    this.#baseUrl = baseUrl.replace(/\/$/, '');
  }

  async describe(signal: AbortSignal): Promise<ModelManifest> {
    const info = await this.#json(`/api/models/${this.#id}`, modelInfoSchema, signal);
    this.#commit = info.sha;
    const treePath = `/api/models/${this.#id}/tree/${info.sha}?recursive=true`;
    const tree = (await this.#json(treePath, treeSchema, signal)).filter((entry) => entry.type === 'file');
    const layout = await readLayout(
      tree.map((entry) => entry.path),
      async (name) => this.#parseJson(name, await this.#readPlain(name, signal)),
    );
    const files: ModelFile[] = [];
    for (const { from, path } of layout.files) {
      const entry = tree.find((candidate) => candidate.path === from);
      if (entry === undefined) continue;
      this.#names.set(path, from);
      if (entry.lfs) {
        files.push({ path, bytes: entry.lfs.size, sha256: entry.lfs.oid });
        continue;
      }
      if (entry.size > PLAIN_FILE_BYTES_LIMIT) throw this.#unexpected(`${from} has no SHA-256`);
      const bytes = await this.#readPlain(from, signal);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      files.push({ path, bytes: bytes.byteLength, sha256 });
    }
    return modelManifestSchema.parse({
      schemaVersion: 1,
      id: this.#id,
      name: this.#id.split('/').at(-1),
      version: '1.0.0',
      description: `From the Hugging Face hub, commit ${info.sha}.`,
      licence: (info.cardData?.license ?? 'unknown').slice(0, 128),
      demo: false,
      tasks: layout.tasks,
      contextTokens: layout.contextTokens,
      files,
    });
  }

  async open(file: ModelFile, offset: number, signal: AbortSignal): Promise<FileBytes> {
    const name = this.#names.get(file.path);
    if (name === undefined) throw this.#unexpected(`${file.path} is not one of its files`);
    const plain = this.#plainFiles.get(name);
    if (plain !== undefined) return { offset: 0, bytes: Readable.from([plain]) };
    const headers = new Headers(offset > 0 ? { range: `bytes=${offset}-` } : {});
    return bytesOfResponse(await this.#fetch(this.#fileUrl(name), headers, signal), offset);
  }

  unreachable(cause: unknown): GataError {
    return new GataError(
      'model-source-unreachable',
      `${this.#id} could not be fetched from ${this.#baseUrl}. Check the connection and try again; what was fetched is kept.`,
      { cause },
    );
  }

  async #readPlain(name: string, signal: AbortSignal): Promise<Uint8Array> {
    const known = this.#plainFiles.get(name);
    if (known !== undefined) return known;
    const bytes = await this.#readAll(this.#fileUrl(name), signal);
    this.#plainFiles.set(name, bytes);
    return bytes;
  }

  #fileUrl(name: string): string {
    return `${this.#baseUrl}/${this.#id}/resolve/${this.#commit}/${name}`;
  }

  async #json<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.infer<Schema>> {
    const parsed = schema.safeParse(this.#parseJson(path, await this.#readAll(this.#baseUrl + path, signal)));
    if (!parsed.success) throw this.#unexpected(z.prettifyError(parsed.error));
    return parsed.data;
  }

  async #readAll(url: string, signal: AbortSignal): Promise<Uint8Array> {
    const response = await this.#fetch(url, new Headers(), signal);
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      signal.throwIfAborted();
      throw this.unreachable(error);
    }
  }

  #parseJson(name: string, bytes: Uint8Array): unknown {
    try {
      return JSON.parse(Buffer.from(bytes).toString('utf8'));
    } catch {
      throw this.#unexpected(`${name} is not JSON`);
    }
  }

  async #fetch(url: string, headers: Headers, signal: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url, { headers, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw this.unreachable(error);
    }
    if (response.ok) return response;
    await response.body?.cancel();
    // The hub answers 401 for a repository that does not exist, too.
    if ([401, 403, 404].includes(response.status)) {
      throw new GataError(
        'unknown-model',
        `${this.#baseUrl} has no public model ${this.#id}. Check its name, and that it needs no login.`,
        { param: 'source' },
      );
    }
    throw this.unreachable(new Error(`HTTP status ${response.status}`));
  }

  #unexpected(what: string): GataError {
    return new GataError(
      'model-source-unreachable',
      `${this.#baseUrl} described ${this.#id} unexpectedly: ${what}.`,
    );
  }
}
