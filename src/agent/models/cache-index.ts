import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { modelManifestSchema, sha256Schema } from '../../shared/model-manifest.ts';

const indexEntrySchema = z.object({
  digest: sha256Schema,
  manifest: modelManifestSchema,
  /** `user` models were added by hand and are never evicted. */
  origin: z.enum(['network', 'user']),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type IndexEntry = z.infer<typeof indexEntrySchema>;

const indexSchema = z.object({ version: z.literal(1), bundles: z.array(indexEntrySchema) });

/** The file that remembers which bundles the cache holds, where they come from and when they were used. */
export class CacheIndex {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** The entries; undefined when the file was damaged and has been set aside, empty when there is none yet. */
  async read(): Promise<IndexEntry[] | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    try {
      return indexSchema.parse(JSON.parse(text)).bundles;
    } catch {
      await rename(this.#path, `${this.#path}.damaged`);
      return undefined;
    }
  }

  /** Replaces the file in one step; writes follow one another. `entries` is called when it is the turn. */
  write(entries: () => IndexEntry[]): Promise<void> {
    const written = this.#writing.then(async () => {
      const draft = `${this.#path}.tmp`;
      {
        await using file = await open(draft, 'w', 0o600);
        await file.writeFile(JSON.stringify({ version: 1, bundles: entries() }));
        await file.sync();
      }
      await rename(draft, this.#path);
    });
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#writing;
  }
}
