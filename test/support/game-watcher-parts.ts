import { EventEmitter } from 'node:events';
import type { GameSignals, GraphicsUse } from '../../src/agent/games/sessions/game-signals.ts';
import type { ForegroundWindow, Signal } from '../../src/agent/games/signals/signal.ts';
import type { InstalledGame } from '../../src/shared/installed-game.ts';

/** A signal whose value the test sets. */
class SetSignal<Value> extends EventEmitter<{ change: [] }> implements Signal<Value> {
  readonly name = 'set-by-test';
  #value: Value;

  constructor(value: Value) {
    super();
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set(value: Value): void {
    this.#value = value;
    this.emit('change');
  }

  async start(): Promise<void> {}

  [Symbol.dispose](): void {
    this.removeAllListeners();
  }
}

export function setSignals() {
  return {
    foreground: new SetSignal<ForegroundWindow | null>(null),
    gameMode: new SetSignal<readonly number[]>([]),
    steamApp: new SetSignal<number | null>(null),
    graphics: new SetSignal<readonly GraphicsUse[] | null>(null),
  } satisfies GameSignals;
}

/** Installed games by their folders. */
export class SetLibrary extends EventEmitter<{ change: [] }> {
  readonly #games: InstalledGame[] = [];

  /** Adds a game in this folder, which is also its title unless told otherwise. */
  add(folder: string, title = folder.slice(folder.lastIndexOf('/') + 1)): InstalledGame {
    const game: InstalledGame = { id: `folder:${folder}`, store: 'folder', title, folder, sizeBytes: null };
    this.#games.push(game);
    this.emit('change');
    return game;
  }

  ruledOutOf(): string | undefined {
    return undefined;
  }

  gameOf(path: string): InstalledGame | undefined {
    return this.#games.find(({ folder }) => path.startsWith(`${folder}/`));
  }
}
