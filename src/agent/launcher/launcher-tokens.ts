import { randomBytes } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { LaunchersPage, LauncherToken } from '../../shared/launcher.ts';
import { isSameSecret, secretDigest } from '../../shared/secret-digest.ts';

const LAUNCHERS_LIMIT = 32;
/** Several processes of one launcher may each have asked for one; of more the oldest is forgotten. */
const TOKENS_PER_LAUNCHER = 8;
const TOKEN_BYTES = 32;

interface Launcher {
  readonly since: string;
  /** SHA-256 of each token, oldest first. */
  readonly digests: Buffer[];
}

/**
 * Launchers' own tokens, for as long as this agent runs. Only their hashes are kept, and only in memory.
 * docs/decisions/launcher-token.md says why they are handed over as they are.
 */
export class LauncherTokens {
  readonly #launchers = new Map<string, Launcher>();
  readonly #refused = new Set<string>();
  readonly #startedBy: string | null;
  readonly #clock: Clock;

  /** @param startedBy the program that started the agent, if any. */
  constructor(startedBy: string | undefined, clock: Clock) {
    this.#startedBy = startedBy ?? null;
    this.#clock = clock;
  }

  /**
   * A new token for this launcher; its earlier ones stay valid.
   * @throws GataError `forbidden` when the user took its tokens away, `conflict` above 32 launchers.
   */
  issue(name: string): LauncherToken {
    if (this.#refused.has(name)) {
      throw new GataError(
        'forbidden',
        `${name} was shut out by the user; it may ask again when Gata has restarted.`,
      );
    }
    const launcher = this.#launchers.get(name) ?? { since: this.#clock.now().toISOString(), digests: [] };
    if (!this.#launchers.has(name) && this.#launchers.size >= LAUNCHERS_LIMIT) {
      throw new GataError('conflict', `${LAUNCHERS_LIMIT} launchers have tokens already; restart Gata.`);
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    launcher.digests.push(secretDigest(token));
    if (launcher.digests.length > TOKENS_PER_LAUNCHER) launcher.digests.shift();
    this.#launchers.set(name, launcher);
    return { name, token };
  }

  /** Whose token this is, or undefined. Takes the same time for every wrong token. */
  launcherOf(presented: string): string | undefined {
    const sought = secretDigest(presented);
    let found: string | undefined;
    for (const [name, { digests }] of this.#launchers) {
      for (const known of digests) if (isSameSecret(known, sought)) found = name;
    }
    return found;
  }

  /** Ends the launcher's tokens at once and gives it no others; false when it has none. */
  revoke(name: string): boolean {
    const had = this.#launchers.delete(name);
    if (had) this.#refused.add(name);
    return had;
  }

  page(): LaunchersPage {
    const launchers = [...this.#launchers].map(([name, { since }]) => ({ name, since }));
    return { startedBy: this.#startedBy, launchers };
  }
}
