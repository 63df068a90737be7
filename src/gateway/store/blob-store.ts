import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GataError } from '../../shared/gata-error.ts';
import { BLOB_BYTES_LIMIT } from '../../shared/job-protocol.ts';
import { sha256Schema } from '../../shared/model-manifest.ts';

/** Bytes on disk under the name of their own SHA-256. A blob is there whole or not at all. */
export class BlobStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<BlobStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      // Left by a write that a crash cut short.
      if (name.endsWith('.part')) await rm(path.join(folder, name), { force: true });
    }
    return new BlobStore(folder);
  }

  /** @returns the blob's SHA-256 in hexadecimal. */
  async put(bytes: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if ((await this.size(sha256)) === bytes.byteLength) return sha256;
    await this.#writePart(sha256, async (part) => {
      const file = await open(part, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    });
    return sha256;
  }

  /**
   * Stores a stream under the hash it claims to have.
   * @throws GataError `payload-too-large`, or `invalid-request` when the hash is another.
   */
  async receive(sha256: string, source: Readable): Promise<void> {
    const hash = createHash('sha256');
    let bytes = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.byteLength;
        if (bytes > BLOB_BYTES_LIMIT) {
          done(new GataError('payload-too-large', `A blob may have at most ${BLOB_BYTES_LIMIT} bytes.`));
          return;
        }
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await this.#writePart(sha256, async (part) => {
      await pipeline(source, meter, createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }));
      if (hash.digest('hex') !== sha256) {
        throw new GataError('invalid-request', 'The bytes do not have the SHA-256 they were sent under.');
      }
    });
  }

  async read(sha256: string): Promise<Buffer> {
    try {
      return await readFile(this.#pathOf(sha256));
    } catch (error) {
      if (isMissing(error)) throw new GataError('not-found', 'There is no blob of this SHA-256.');
      throw error;
    }
  }

  /** Bytes of the blob, or undefined when it is not here. */
  async size(sha256: string): Promise<number | undefined> {
    try {
      return (await stat(this.#pathOf(sha256))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The path of a blob, for a stream of a part of it. */
  stream(sha256: string, range?: { readonly start: number; readonly end: number }): Readable {
    return createReadStream(this.#pathOf(sha256), range);
  }

  /** Removes blobs that no job names and that are older than `olderThanMs`, so that one just uploaded stays. */
  async sweep(isNamed: (sha256: string) => boolean, olderThanMs: number, now: Date): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.#folder)) {
      if (!sha256Schema.safeParse(name).success || isNamed(name)) continue;
      const file = path.join(this.#folder, name);
      if (now.getTime() - (await stat(file)).mtimeMs < olderThanMs) continue;
      await rm(file, { force: true });
      removed += 1;
    }
    return removed;
  }

  async #writePart(sha256: string, write: (part: string) => Promise<void>): Promise<void> {
    const part = path.join(this.#folder, `${randomUUID()}.part`);
    try {
      await write(part);
      await rename(part, this.#pathOf(sha256));
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  #pathOf(sha256: string): string {
    return path.join(this.#folder, sha256Schema.parse(sha256));
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
