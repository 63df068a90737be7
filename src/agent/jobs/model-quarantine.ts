import { EventEmitter } from 'node:events';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import type { QuarantinedModel } from '../../shared/local-api.ts';
import { writePrivateFile } from '../private-file.ts';
import { afterFault, ofVersion, type Suspect, suspectSchema } from './quarantine-rules.ts';
import type { PoolFault } from './worker-pool.ts';

const FILE_NAME = 'quarantine.json';
const DETAIL_LIMIT = 500;

const fileSchema = z.object({ schemaVersion: z.literal(1), suspects: z.array(suspectSchema) });

export interface ModelQuarantineOptions {
  readonly dataFolder: string;
  readonly agentVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface ModelQuarantineEvents {
  /** A model came into quarantine. */
  quarantined: [QuarantinedModel];
  /** The list changed. */
  change: [];
}

/** The models that this node does not run any more because they broke its workers, over restarts. */
export class ModelQuarantine extends EventEmitter<ModelQuarantineEvents> {
  readonly #options: ModelQuarantineOptions;
  readonly #path: string;
  /** The one that broke a worker last comes last. */
  #suspects: readonly Suspect[];

  constructor(options: ModelQuarantineOptions) {
    super();
    this.#options = options;
    this.#path = join(options.dataFolder, FILE_NAME);
    this.#suspects = ofVersion(this.#read(), options.agentVersion);
  }

  has(digest: string): boolean {
    return this.#suspects.some((suspect) => suspect.digest === digest && suspect.quarantinedAt !== null);
  }

  /** Newest first. */
  list(): QuarantinedModel[] {
    return this.#suspects.flatMap((suspect) => viewOf(suspect) ?? []).reverse();
  }

  /** A worker broke over a model; the second time within a day, the model is put in quarantine. */
  add({ digest, modelId, kind, detail }: PoolFault): void {
    if (this.has(digest)) return;
    const at = this.#options.clock.now().toISOString();
    const fault = { digest, modelId, at, kind, detail: detail.slice(0, DETAIL_LIMIT) };
    this.#keep(afterFault(this.#suspects, fault, this.#options.agentVersion));
    const view = this.list().find((model) => model.digest === digest);
    if (view === undefined) return;
    this.#options.logger.warn({ model: modelId, digest, kind }, 'A model was put in quarantine.');
    this.emit('quarantined', view);
    this.emit('change');
  }

  /** The user wants the model tried again. @returns whether it was in quarantine. */
  lift(digest: string): boolean {
    if (!this.has(digest)) return false;
    this.#keep(this.#suspects.filter((suspect) => suspect.digest !== digest));
    this.emit('change');
    return true;
  }

  #keep(suspects: readonly Suspect[]): void {
    this.#suspects = suspects;
    try {
      writePrivateFile(this.#path, JSON.stringify({ schemaVersion: 1, suspects }));
    } catch (error) {
      // It holds until the next start all the same.
      this.#options.logger.warn({ err: error }, 'The quarantine could not be written.');
    }
  }

  #read(): Suspect[] {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
        this.#options.logger.warn({ err: error }, 'The quarantine could not be read; it begins empty.');
      }
      return [];
    }
    try {
      return fileSchema.parse(JSON.parse(text)).suspects;
    } catch (error) {
      const aside = `${this.#path}.damaged`;
      renameSync(this.#path, aside);
      this.#options.logger.warn({ err: error, aside }, 'The quarantine was damaged; it begins empty.');
      return [];
    }
  }
}

function viewOf({ digest, modelId, quarantinedAt, faults }: Suspect): QuarantinedModel | undefined {
  return quarantinedAt === null ? undefined : { digest, modelId, at: quarantinedAt, faults: [...faults] };
}
