import type { Logger } from 'pino';
import type { PublishedCatalogue } from './published-catalogue.ts';

const LOOK_EVERY_MS = 10_000;

/** The models that the published revocations name: the gateway no longer offers what nodes would refuse. */
export class WithdrawnModels implements Disposable {
  readonly #published: PublishedCatalogue;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #digests: ReadonlySet<string> = new Set();
  #changedMs = 0;

  private constructor(published: PublishedCatalogue, log: Logger) {
    this.#published = published;
    this.#log = log;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  static async open(published: PublishedCatalogue, log: Logger): Promise<WithdrawnModels> {
    const withdrawn = new WithdrawnModels(published, log);
    await withdrawn.#look();
    return withdrawn;
  }

  has(digest: string): boolean {
    return this.#digests.has(digest);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      const changedMs = await this.#published.revocationsChangedMs();
      if (changedMs === this.#changedMs) return;
      const signed = await this.#published.revocations();
      this.#changedMs = changedMs;
      this.#digests = new Set(signed?.payload.models.map(({ digest }) => digest));
    } catch (error) {
      this.#log.error({ err: error }, 'the published revocation list cannot be read; the last one counts');
    }
  }
}
