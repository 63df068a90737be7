import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { InstalledGame, RefusedFolder } from '../../shared/installed-game.ts';

/** What is needed of the library of installed games. */
export interface LookedThrough {
  start(): Promise<void>;
  rescan(): Promise<void>;
  games(): readonly InstalledGame[];
  refusedFolders(): readonly RefusedFolder[];
  on(event: 'change', listener: () => void): unknown;
}

/** The installed games as a person sees them: also that they are being looked for. */
export class InstalledGames extends EventEmitter<{ change: [] }> {
  readonly #library: LookedThrough;
  readonly #logger: Logger;
  #looks = 0;

  constructor(library: LookedThrough, logger: Logger) {
    super();
    this.#library = library;
    this.#logger = logger;
    library.on('change', () => this.emit('change'));
  }

  get scanning(): boolean {
    return this.#looks > 0;
  }

  /** By title. */
  list(): readonly InstalledGame[] {
    return this.#library.games();
  }

  /** Folders that the user named and that cannot be taken, with the reasons. */
  refusedFolders(): readonly RefusedFolder[] {
    return this.#library.refusedFolders();
  }

  /** Resolves after the first look through all stores; never rejects. */
  start(): Promise<void> {
    return this.#look(() => this.#library.start());
  }

  /** Resolves after a new look through all stores; never rejects. */
  rescan(): Promise<void> {
    return this.#look(() => this.#library.rescan());
  }

  async #look(look: () => Promise<void>): Promise<void> {
    this.#looks += 1;
    this.emit('change');
    try {
      await look();
    } catch (error) {
      this.#logger.error({ err: error }, 'Installed games could not be looked for.');
    } finally {
      this.#looks -= 1;
      this.emit('change');
    }
  }
}
