import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { GAME_PAUSES_LIMIT, type GamePause, gamePauseSchema } from '../../shared/game-pause.ts';
import { writePrivateFile } from '../private-file.ts';

const FILE_NAME = 'game-pauses.json';

const fileSchema = z.object({
  schemaVersion: z.literal(1),
  /** Newest first. */
  pauses: z.array(gamePauseSchema).max(GAME_PAUSES_LIMIT),
});

/** `game-pauses.json` in the data folder, which only the user can read. */
export class PauseHistoryFile {
  readonly #path: string;
  readonly #logger: Logger;

  constructor(dataFolder: string, logger: Logger) {
    this.#path = join(dataFolder, FILE_NAME);
    this.#logger = logger;
  }

  /** Empty when there is no file; one that cannot be understood is set aside as `game-pauses.json.damaged`. */
  load(): readonly GamePause[] {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
        this.#logger.warn({ err: error }, 'The pauses for games could not be read; the list begins empty.');
      }
      return [];
    }
    try {
      return fileSchema.parse(JSON.parse(text)).pauses;
    } catch (error) {
      this.#setAside(error);
      return [];
    }
  }

  /** @throws GataError `disk-full` or `data-folder-unusable`. */
  save(pauses: readonly GamePause[]): void {
    writePrivateFile(this.#path, JSON.stringify({ schemaVersion: 1, pauses }));
  }

  #setAside(damage: unknown): void {
    const aside = `${this.#path}.damaged`;
    try {
      renameSync(this.#path, aside);
    } catch (error) {
      this.#logger.warn({ err: error, damage }, 'The damaged list of pauses could not be set aside.');
      return;
    }
    this.#logger.warn({ err: damage, aside }, 'The list of pauses for games was damaged; it begins empty.');
  }
}
