import type { PauseSignal } from '../../../shared/game-pause.ts';
import type { SignalValues } from './evidence-of.ts';
import type { GameSignals } from './game-signals.ts';

/** Signals that tell of single processes. */
export type ProcessSignal = Extract<PauseSignal, 'window' | 'game-mode' | 'graphics'>;

/** The signals' values in the form in which processes are judged by them. */
export class SignalReadings implements Disposable {
  readonly #signals: GameSignals;
  readonly #onSteamApp: () => void;
  readonly #onForeground: () => void;
  readonly #onGameMode: () => void;
  readonly #onGraphics: () => void;
  #cards: SignalValues['cards'];

  constructor(
    signals: GameSignals,
    told: { readonly onSteamApp: () => void; readonly onOther: (signal: ProcessSignal) => void },
  ) {
    this.#signals = signals;
    this.#onSteamApp = told.onSteamApp;
    this.#onForeground = () => told.onOther('window');
    this.#onGameMode = () => told.onOther('game-mode');
    this.#onGraphics = () => {
      this.#cards = cardsByPid(signals.graphics.value);
      told.onOther('graphics');
    };
    this.#cards = cardsByPid(signals.graphics.value);
  }

  get values(): SignalValues {
    const { foreground, gameMode, steamApp } = this.#signals;
    return {
      foreground: foreground.value,
      gameMode: gameMode.value,
      steamApp: steamApp.value,
      cards: this.#cards,
    };
  }

  listen(): void {
    const { foreground, gameMode, steamApp, graphics } = this.#signals;
    foreground.on('change', this.#onForeground);
    gameMode.on('change', this.#onGameMode);
    steamApp.on('change', this.#onSteamApp);
    graphics.on('change', this.#onGraphics);
    this.#cards = cardsByPid(graphics.value);
  }

  [Symbol.dispose](): void {
    const { foreground, gameMode, steamApp, graphics } = this.#signals;
    foreground.off('change', this.#onForeground);
    gameMode.off('change', this.#onGameMode);
    steamApp.off('change', this.#onSteamApp);
    graphics.off('change', this.#onGraphics);
  }
}

function cardsByPid(uses: GameSignals['graphics']['value']): SignalValues['cards'] {
  if (uses === null) return null;
  const cards = new Map<number, string[]>();
  for (const { pid, gpuUuid } of uses) {
    const known = cards.get(pid);
    if (known === undefined) cards.set(pid, [gpuUuid]);
    else if (!known.includes(gpuUuid)) known.push(gpuUuid);
  }
  return cards;
}
