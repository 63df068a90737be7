import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import { writePrivateFile } from '../../private-file.ts';

const attemptsSchema = z.object({
  failures: z.int().nonnegative(),
  lastAt: z.iso.datetime(),
});
type Attempts = z.infer<typeof attemptsSchema>;

/** Everybody mistypes. */
const FREE_FAILURES = 3;
const LONGEST_WAIT_MS = 60 * 60_000;

/** How long after the last of so many wrong passwords the next may be tried. */
function waitAfterMs(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(1000 * 2 ** (failures - FREE_FAILURES), LONGEST_WAIT_MS);
}

/**
 * Slows down guessing, also over restarts: an attempt is on the disk as a failure before it is made. It cannot slow
 * down somebody who has the wallet file; the file's own key derivation does.
 */
export class PasswordAttempts {
  readonly #path: string;
  readonly #clock: Clock;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** When the next may be made; null: now. */
  get retryAt(): Date | null {
    const { failures, lastAt } = this.#read();
    const now = this.#clock.now().getTime();
    // A clock that was put back must not lengthen the wait.
    const at = Math.min(new Date(lastAt).getTime(), now) + waitAfterMs(failures);
    return at > now ? new Date(at) : null;
  }

  /** @throws GataError `rate-limited`, or whatever the attempt throws. */
  async attempt<Result>(make: () => Promise<Result>): Promise<Result> {
    const { retryAt } = this;
    if (retryAt !== null) {
      const seconds = Math.ceil((retryAt.getTime() - this.#clock.now().getTime()) / 1000);
      const message = `After so many wrong passwords the next may be tried in ${seconds} s.`;
      throw new GataError('rate-limited', message);
    }
    const before = this.#read();
    this.#write({ failures: before.failures + 1, lastAt: this.#clock.now().toISOString() });
    try {
      const result = await make();
      this.#write({ failures: 0, lastAt: this.#clock.now().toISOString() });
      return result;
    } catch (error) {
      const isWrong = error instanceof GataError && error.code === 'wrong-password';
      // What was no attempt does not count.
      if (!isWrong && error instanceof GataError && error.code !== 'signer-unavailable') this.#write(before);
      throw error;
    }
  }

  #read(): Attempts {
    try {
      return attemptsSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      return { failures: 0, lastAt: new Date(0).toISOString() };
    }
  }

  #write(attempts: Attempts): void {
    writePrivateFile(this.#path, `${JSON.stringify(attempts)}\n`);
  }
}
