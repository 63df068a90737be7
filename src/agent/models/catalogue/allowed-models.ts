import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../../shared/clock.ts';
import { sha256Schema } from '../../../shared/model-manifest.ts';
import { writePrivateFile } from '../../private-file.ts';

const FILE_NAME = 'allowed-models.json';

const fileSchema = z.object({
  version: z.literal(1),
  models: z.array(z.object({ digest: sha256Schema, id: z.string(), allowedAt: z.iso.datetime() })),
});
type AllowedModel = z.infer<typeof fileSchema>['models'][number];

/**
 * The models that the user chose to run although nobody vouches for them. A choice is for a digest: a model with
 * one changed byte is another, and is asked about again.
 */
export class AllowedModels {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #models: Map<string, AllowedModel>;

  /** A damaged file is set aside: nothing is allowed then, which can be said again. */
  constructor(folder: string, clock: Clock, logger: Logger) {
    this.#path = join(folder, FILE_NAME);
    this.#clock = clock;
    this.#models = new Map(this.#read(logger).map((model) => [model.digest, model]));
  }

  has(digest: string): boolean {
    return this.#models.has(digest);
  }

  /** @throws GataError `disk-full` or `data-folder-unusable`; nothing has changed then. */
  add(digest: string, id: string): void {
    const model = { digest, id, allowedAt: this.#clock.now().toISOString() };
    this.#write([...this.#models.values()].filter((each) => each.digest !== digest).concat(model));
    this.#models.set(digest, model);
  }

  /** @throws GataError `disk-full` or `data-folder-unusable`; nothing has changed then. */
  remove(digest: string): void {
    if (!this.#models.has(digest)) return;
    this.#write([...this.#models.values()].filter((each) => each.digest !== digest));
    this.#models.delete(digest);
  }

  #write(models: readonly AllowedModel[]): void {
    writePrivateFile(this.#path, `${JSON.stringify({ version: 1, models }, null, 2)}\n`);
  }

  #read(logger: Logger): readonly AllowedModel[] {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    try {
      return fileSchema.parse(JSON.parse(text)).models;
    } catch {
      renameSync(this.#path, `${this.#path}.damaged`);
      logger.warn({ file: this.#path }, 'The list of models that you allowed was damaged and is set aside.');
      return [];
    }
  }
}
