import type { GameView, Status } from '../shared/local-api.ts';
import type { Settings } from '../shared/settings.ts';
import type { Announcement } from './notifications.ts';

export interface GameQuestionsParts {
  /** Returns what takes the announcement away again. */
  readonly announce: (announcement: Announcement) => () => void;
  readonly answer: (key: string, choice: 'pause' | 'ignore') => void;
}

/**
 * Asks the user once about each program that may be a game, unless one is being played: then the question waits. It
 * stays after the program's end, as somebody in a full-screen game sees it only then, and goes when it is answered.
 */
export class GameQuestions {
  readonly #parts: GameQuestionsParts;
  readonly #asked = new Set<string>();
  readonly #open = new Map<string, () => void>();

  constructor(parts: GameQuestionsParts) {
    this.#parts = parts;
  }

  show(status: Status): void {
    if (status.games.some(isPlayed) || status.reasons.some(({ code }) => code === 'pause-lease')) return;
    for (const game of status.games) {
      if (game.certainty === 'maybe' && !this.#asked.has(game.key)) this.#ask(game);
    }
  }

  /** Takes away what was answered elsewhere. */
  answered(choices: Settings['games']['choices']): void {
    for (const [key, close] of this.#open) {
      if (choices[key] === undefined) continue;
      this.#open.delete(key);
      close();
    }
  }

  #ask({ key, name, why }: GameView): void {
    const { announce, answer } = this.#parts;
    this.#asked.add(key);
    const close = announce({
      title: `Is ${name} a game?`,
      body: `${why} Gata has paused to be safe. Your answer is remembered.`,
      screen: 'home',
      answers: [
        { text: 'Yes, pause for it', choose: () => answer(key, 'pause') },
        { text: 'No, ignore it', choose: () => answer(key, 'ignore') },
      ],
    });
    this.#open.set(key, close);
  }
}

function isPlayed(game: GameView): boolean {
  return game.certainty === 'game' && game.choice === 'pause';
}
