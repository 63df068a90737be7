import type { Notice, Status } from '../shared/local-api.ts';

/** What notifications need of Electron. */
export interface NotificationElectron {
  readonly Notification: (new (options: {
    title: string;
    body: string;
    icon: string;
  }) => {
    show(): void;
    on(event: 'click' | 'close', listener: () => void): unknown;
  }) & { isSupported(): boolean };
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

/** Announces the agent's notices, each once. */
export class Notifications {
  readonly #electron: NotificationElectron;
  readonly #icon: string;
  readonly #onClick: () => void;
  readonly #announced = new Set<string>();
  /** Held until they are closed: one that is collected before answers no click. */
  readonly #open = new Set<object>();

  constructor(electron: NotificationElectron, icon: string, onClick: () => void) {
    this.#electron = electron;
    this.#icon = icon;
    this.#onClick = onClick;
  }

  show(status: Status): void {
    if (!this.#electron.Notification.isSupported()) return;
    for (const notice of noticesToAnnounce(status, this.#announced)) {
      this.#announced.add(noticeKey(notice));
      const title = notice.level === 'error' ? 'Gata needs your attention' : 'Gata';
      const notification = new this.#electron.Notification({ title, body: notice.message, icon: this.#icon });
      this.#open.add(notification);
      notification.on('close', () => this.#open.delete(notification));
      notification.on('click', this.#onClick);
      notification.show();
    }
  }
}
