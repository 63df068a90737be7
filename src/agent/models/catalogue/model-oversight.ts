import type { Logger } from 'pino';
import { GataError } from '../../../shared/gata-error.ts';
import type { ModelView } from '../../../shared/local-api.ts';
import { type CatalogueView, mayRun } from '../../../shared/model-trust.ts';
import type { NoticeBoard } from '../../notice-board.ts';
import type { ModelCache } from '../model-cache.ts';
import type { TrustedCatalogue } from './trusted-catalogue.ts';

/** Entries expire and lists become stale without anything being fetched. */
const REVIEW_EVERY_MS = 60_000;

export interface ModelOversightOptions {
  readonly catalogue: TrustedCatalogue;
  readonly models: ModelCache;
  /** Kills the workers of a model, and hands its jobs back. */
  readonly dropModel: (digest: string) => void;
  readonly notices: NoticeBoard;
  readonly logger: Logger;
}

/** Acts on what is known of models: stops and removes what may no longer run, and takes the user's choices. */
export class ModelOversight implements Disposable {
  readonly #options: ModelOversightOptions;
  readonly #closing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** What was known of each installed model at the last review, by digest. */
  #reviewed = new Map<string, string>();
  /** Revoked models that the user was told of. */
  readonly #revoked = new Map<string, string>();

  constructor(options: ModelOversightOptions) {
    this.#options = options;
    options.catalogue.on('change', this.#review);
    this.#timer = setInterval(this.#review, REVIEW_EVERY_MS);
    this.#timer.unref();
    this.#review();
  }

  view(): CatalogueView {
    return this.#options.catalogue.view();
  }

  /** Fetches the catalogue's lists now. @returns what is known then, also when that failed. */
  async refresh(): Promise<CatalogueView> {
    await this.#options.catalogue.refresh(this.#closing.signal);
    return this.view();
  }

  /**
   * The user's explicit choice to run a model, of exactly these bytes, that nobody else vouches for.
   * @throws GataError `not-found`; `conflict` for a model that a gateway brought; `model-not-admitted` for a revoked
   * one; `disk-full`.
   */
  allow(digest: string): ModelView {
    const model = this.#installed(digest);
    if (model.trust?.state === 'revoked') {
      throw new GataError(
        'model-not-admitted',
        `${model.manifest.id} cannot be allowed. ${model.trust.detail ?? ''}`,
      );
    }
    if (model.origin !== 'user') {
      throw new GataError(
        'conflict',
        `${model.manifest.id} came from the network, whose catalogue decides. Add it by hand to allow it yourself.`,
      );
    }
    this.#options.catalogue.setAllowed(digest, model.manifest.id, true);
    this.#options.logger.info({ model: model.manifest.id, digest }, 'The user allowed a model.');
    return this.#installed(digest);
  }

  /** Takes the choice back; the model's workers are stopped. @throws GataError `not-found` or `disk-full`. */
  disallow(digest: string): ModelView {
    const model = this.#installed(digest);
    this.#options.catalogue.setAllowed(digest, model.manifest.id, false);
    return this.#installed(digest);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#closing.abort();
    this.#options.catalogue.off('change', this.#review);
  }

  readonly #review = (): void => {
    const { models, dropModel, notices } = this.#options;
    const reviewed = new Map<string, string>();
    for (const model of models.list()) {
      const { digest, state, trust } = model;
      if (state !== 'ready' || trust === undefined) continue;
      reviewed.set(digest, JSON.stringify(trust));
      if (reviewed.get(digest) === this.#reviewed.get(digest)) continue;
      if (!mayRun(trust)) dropModel(digest);
      if (trust.state === 'revoked') this.#withdraw(model, trust.detail ?? 'The model was revoked.');
    }
    const isSame = JSON.stringify([...reviewed]) === JSON.stringify([...this.#reviewed]);
    this.#reviewed = reviewed;
    if (!isSame) models.reviewed();
    const { configured, stale, revocationsExpireAt } = this.view();
    if (!configured || !stale) {
      notices.dismiss('catalogue-stale');
      return;
    }
    if (notices.list().some(({ code }) => code === 'catalogue-stale')) return;
    const message = `The list of revoked models is stale since ${revocationsExpireAt}: Gata takes no new model until the network publishes a newer one.`;
    notices.post({ level: 'warning', code: 'catalogue-stale', message });
  };

  /** What a gateway brought goes; what the user added stays on the disk, and does not run. */
  #withdraw({ digest, manifest, origin }: ModelView, detail: string): void {
    const { models, notices, logger } = this.#options;
    logger.warn({ model: manifest.id, digest, detail }, 'A model on this machine was revoked.');
    this.#revoked.set(digest, `${manifest.name} ${manifest.version}: ${detail}`);
    const message = `Gata stopped and no longer runs what was revoked. ${[...this.#revoked.values()].join(' ')}`;
    notices.post({ level: 'warning', code: 'model-revoked', message });
    if (origin === 'user') return;
    models.discard(digest, new GataError('model-not-admitted', detail)).catch((error: unknown) => {
      logger.error({ model: manifest.id, digest, err: error }, 'A revoked model could not be removed.');
    });
  }

  /** @throws GataError `not-found`. */
  #installed(digest: string): ModelView {
    const model = this.#options.models
      .list()
      .find((each) => each.digest === digest && each.state === 'ready');
    if (model === undefined) throw new GataError('not-found', 'There is no such model in the cache.');
    return model;
  }
}
