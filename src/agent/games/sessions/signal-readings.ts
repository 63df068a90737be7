import type { SignalValues } from './evidence-of.ts';
import type { GameSignals } from './game-signals.ts';

/** The signals' values in the form in which processes are judged by them. */
export class SignalReadings implements Disposable {
  readonly #signals: GameSignals;
  readonly #onSteamApp: () => void;
  readonly #onOther: () => void;
  readonly #onGraphics: () => void;
  #cards: SignalValues['cards'];

  constructor(signals: GameSignals, told: { readonly onSteamApp: () => void; readonly onOther: () => void }) {
    this.#signals = signals;
    this.#onSteamApp = told.onSteamApp;
    this.#onOther = told.onOther;
    this.#onGraphics = () => {
      this.#cards = cardsByPid(signals.graphics.value);
      told.onOther();
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
    foreground.on('change', this.#onOther);
    gameMode.on('change', this.#onOther);
    steamApp.on('change', this.#onSteamApp);
    graphics.on('change', this.#onGraphics);
    this.#cards = cardsByPid(graphics.value);
  }

  [Symbol.dispose](): void {
    const { foreground, gameMode, steamApp, graphics } = this.#signals;
    foreground.off('change', this.#onOther);
    gameMode.off('change', this.#onOther);
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
