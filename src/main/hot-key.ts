import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { formatHotKey, parseHotKey } from '../shared/hot-key.ts';
import type { HotKeyState } from '../shared/shell-contract.ts';

/** What the hot key needs of Electron's globalShortcut. */
export interface HotKeyShortcuts {
  /** False when another program has the keys. Throws for a name that it does not know. */
  register(accelerator: string, callback: () => void): boolean;
  unregister(accelerator: string): void;
}

/**
 * The keys that work in every program. On Wayland the desktop may ask the user first and Electron does not hear the
 * answer, so `active` means there that they were asked for (https://github.com/electron/electron/issues/52218).
 */
export class HotKey extends EventEmitter<{ change: [HotKeyState]; press: [] }> implements Disposable {
  readonly #shortcuts: HotKeyShortcuts;
  readonly #log: Logger;
  #wanted: string | null = null;
  #registered: string | undefined;
  #capturing = false;
  #state: HotKeyState = { hotKey: null, state: 'none' };

  constructor(shortcuts: HotKeyShortcuts, log: Logger) {
    super();
    this.#shortcuts = shortcuts;
    this.#log = log;
  }

  get state(): HotKeyState {
    return this.#state;
  }

  /** The keys of the settings; null: none. Keys that were taken are tried again, as the other program may be gone. */
  set(hotKey: string | null): void {
    if (hotKey === this.#wanted && (hotKey === null || this.#state.state === 'active')) return;
    this.#wanted = hotKey;
    this.#apply();
  }

  /** While the user presses new keys the ones that are set must reach the dashboard. */
  setCapturing(capturing: boolean): void {
    if (capturing === this.#capturing) return;
    this.#capturing = capturing;
    this.#apply();
  }

  [Symbol.dispose](): void {
    this.removeAllListeners();
    this.#release();
  }

  #apply(): void {
    this.#release();
    // What holds is told when the capture is over.
    if (this.#capturing) return;
    const state = this.#register(this.#wanted);
    const before = this.#state;
    this.#state = { hotKey: this.#wanted, state };
    if (before.hotKey !== this.#wanted || before.state !== state) this.emit('change', this.#state);
  }

  #register(wanted: string | null): HotKeyState['state'] {
    if (wanted === null) return 'none';
    const parsed = parseHotKey(wanted);
    if (parsed === undefined) return 'invalid';
    const accelerator = formatHotKey(parsed);
    try {
      if (!this.#shortcuts.register(accelerator, () => this.emit('press'))) return 'taken';
    } catch (error) {
      this.#log.warn({ err: error, hotKey: wanted }, 'the hot key is not one that this system knows');
      return 'invalid';
    }
    this.#registered = accelerator;
    return 'active';
  }

  #release(): void {
    if (this.#registered !== undefined) this.#shortcuts.unregister(this.#registered);
    this.#registered = undefined;
  }
}
