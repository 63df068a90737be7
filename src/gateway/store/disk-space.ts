import { statfs } from 'node:fs/promises';
import type { Clock } from '../../shared/clock.ts';
import { diskFull } from './store-failure.ts';

const CHECK_EVERY_MS = 1000;

/**
 * Keeps a reserve free: a new job is refused while there is still room to finish the ones at work, since a
 * database that runs out of disk in the middle of a write stops altogether.
 */
export class DiskSpace {
  readonly #folder: string;
  readonly #reserveBytes: number;
  readonly #clock: Clock;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #freeBytes = Number.POSITIVE_INFINITY;

  constructor(folder: string, reserveBytes: number, clock: Clock) {
    this.#folder = folder;
    this.#reserveBytes = reserveBytes;
    this.#clock = clock;
  }

  /** @throws GataError `disk-full` when less than the reserve is free. */
  async ensureRoom(): Promise<void> {
    const now = this.#clock.now().getTime();
    if (now - this.#checkedAt >= CHECK_EVERY_MS) {
      const { bavail, bsize } = await statfs(this.#folder);
      this.#freeBytes = bavail * bsize;
      this.#checkedAt = now;
    }
    if (this.#freeBytes < this.#reserveBytes) throw diskFull();
  }
}
