import type { Notice, Status } from '../shared/local-api.ts';
import type { ShownScreen } from '../shared/shell-contract.ts';

/** What notifications need of Electron. */
export interface NotificationElectron {
  readonly Notification: (new (options: {
    title: string;
    body: string;
    icon: string;
    silent?: boolean;
    actions?: { type: 'button'; text: string }[];
  }) => {
    show(): void;
    close(): void;
    on(event: 'click' | 'close', listener: () => void): unknown;
    on(event: 'action', listener: (details: { readonly actionIndex: number }) => void): unknown;
  }) & { isSupported(): boolean };
}

export interface Announcement {
  readonly title: string;
  readonly body: string;
  readonly silent?: boolean;
  /** The screen that a click opens. */
  readonly screen: ShownScreen;
  /** Buttons, where the system shows them: Windows and macOS do, Linux does not. */
  readonly answers?: readonly { readonly text: string; readonly choose: () => void }[];
}

/** A notice may be posted again under the same id; its time makes it another. */
function noticeKey(notice: Notice): string {
  return `${notice.id} ${notice.at}`;
}

/**
 * The notices to interrupt the user with: warnings and errors not announced before, and none while a game runs
 * or is about to (they wait until it is over).
 */
function noticesToAnnounce(status: Status, announced: ReadonlySet<string>): Notice[] {
  const isPlaying =
    status.games.length > 0 ||
    status.reasons.some((reason) => reason.code === 'game-running' || reason.code === 'pause-lease');
  if (isPlaying) return [];
  return status.notices.filter((notice) => notice.level !== 'info' && !announced.has(noticeKey(notice)));
}

/** Tells the user through the system: the agent's notices, each once, and what the shell itself has to say. */
export class Notifications {
  readonly #electron: NotificationElectron;
  readonly #icon: string;
  readonly #open: (screen: ShownScreen) => void;
  readonly #announced = new Set<string>();
  /** Held until they are closed: one that is collected before answers no click. */
  readonly #shown = new Set<object>();

  constructor(electron: NotificationElectron, icon: string, open: (screen: ShownScreen) => void) {
    this.#electron = electron;
    this.#icon = icon;
    this.#open = open;
  }

  show(status: Status): void {
    if (!this.#electron.Notification.isSupported()) return;
    for (const notice of noticesToAnnounce(status, this.#announced)) {
      this.#announced.add(noticeKey(notice));
      const title = notice.level === 'error' ? 'Gata needs your attention' : 'Gata';
      this.announce({ title, body: notice.message, screen: 'home' });
    }
  }

  /** Returns what takes the announcement away again. */
  announce({ title, body, silent, screen, answers = [] }: Announcement): () => void {
    if (!this.#electron.Notification.isSupported()) return () => {};
    const notification = new this.#electron.Notification({
      title,
      body,
      icon: this.#icon,
      ...(silent === undefined ? {} : { silent }),
      ...(answers.length === 0
        ? {}
        : { actions: answers.map(({ text }) => ({ type: 'button' as const, text })) }),
    });
    this.#shown.add(notification);
    notification.on('close', () => this.#shown.delete(notification));
    notification.on('click', () => this.#open(screen));
    notification.on('action', ({ actionIndex }) => answers[actionIndex]?.choose());
    notification.show();
    return () => {
      this.#shown.delete(notification);
      notification.close();
    };
  }
}
