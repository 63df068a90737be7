import { EventEmitter } from 'node:events';
import type { Clock } from '../shared/clock.ts';
import type { Notice } from '../shared/local-api.ts';

/** Warnings that wait for the user, one a code, newest last. */
export class NoticeBoard extends EventEmitter<{ change: [] }> {
  readonly #notices = new Map<string, Notice>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  /** Shows a notice; one with the same code is replaced. */
  post(notice: Pick<Notice, 'level' | 'code' | 'message'>): void {
    this.#notices.delete(notice.code);
    this.#notices.set(notice.code, {
      ...notice,
      id: notice.code,
      at: this.#clock.now().toISOString(),
    });
    this.emit('change');
  }

  /** False when there is no such notice. */
  dismiss(id: string): boolean {
    const dismissed = this.#notices.delete(id);
    if (dismissed) this.emit('change');
    return dismissed;
  }

  list(): Notice[] {
    return [...this.#notices.values()];
  }
}
