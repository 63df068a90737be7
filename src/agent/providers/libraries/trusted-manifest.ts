import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { canonicalText, parseProviderManifest } from '../../../shared/catalogue-document.ts';
import { CatalogueFault } from '../../../shared/catalogue-fault.ts';
import { checkProviderManifest } from '../../../shared/catalogue-trust.ts';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import { CATALOGUE_FILES } from '../../../shared/model-catalogue.ts';
import type { ProviderLibrary } from '../../../shared/provider-library.ts';
import type { SignedProviderManifest } from '../../../shared/provider-manifest.ts';
import { CatalogueFiles } from '../../models/catalogue/catalogue-files.ts';
import type { CatalogueSource } from '../../models/catalogue/catalogue-http.ts';
import { folderOfRoots, type TrustedCatalogue } from '../../models/catalogue/trusted-catalogue.ts';
import { SharedTasks } from '../../models/shared-task.ts';

export interface TrustedManifestOptions {
  /** Where a good list is kept; each set of pinned roots has a folder of its own in it. */
  readonly folder: string;
  readonly roots: readonly string[];
  /** Knows who may sign. */
  readonly catalogue: Pick<TrustedCatalogue, 'signers' | 'refresh' | 'view' | 'on'>;
  readonly source: CatalogueSource;
  readonly clock: Clock;
  readonly logger: Logger;
}

const NONE_OFFERED = 'The network offers no provider libraries yet.';
/** What was believed is not doubted because this computer's clock was set back. */
const ANY_TIME_MS = Number.MAX_SAFE_INTEGER;

/**
 * The provider libraries that the network signed. A list is believed for its signature, whoever brings it; one that
 * is not good changes nothing, and is told in `problem()`.
 */
export class TrustedManifest extends EventEmitter<{ change: [] }> {
  readonly #options: TrustedManifestOptions;
  readonly #files: CatalogueFiles;
  readonly #refreshing = new SharedTasks<void>();
  #signed: SignedProviderManifest | undefined;
  #problem: string | undefined;

  private constructor(options: TrustedManifestOptions) {
    super();
    this.#options = options;
    this.#files = new CatalogueFiles(join(options.folder, folderOfRoots(options.roots)), options.logger);
    options.catalogue.on('change', () => this.#review());
  }

  /** Reads what was believed before; nothing is fetched. */
  static async open(options: TrustedManifestOptions): Promise<TrustedManifest> {
    const manifest = new TrustedManifest(options);
    await manifest.#load();
    return manifest;
  }

  /** For all platforms. */
  libraries(): readonly ProviderLibrary[] {
    return this.#signed?.payload.libraries ?? [];
  }

  /** Why nothing can be downloaded; null: something can. */
  problem(): string | null {
    if (this.#options.roots.length === 0) return NONE_OFFERED;
    if (this.libraries().length === 0) return this.#problem ?? NONE_OFFERED;
    return this.staleProblem();
  }

  /** Why nothing new may be taken: what is revoked since is not known. */
  staleProblem(): string | null {
    const { stale, problem } = this.#options.catalogue.view();
    if (!stale) return null;
    return `The network's list of what is revoked is too old, so no library is taken. ${problem ?? ''}`.trim();
  }

  /** Fetches the list and believes it if it is good. @returns false when that failed; `problem()` says why. */
  async refresh(signal: AbortSignal): Promise<boolean> {
    if (this.#options.roots.length === 0) return false;
    await this.#refreshing.run('list', signal, (shared) => this.#fetch(shared));
    return this.#problem === undefined;
  }

  async #load(): Promise<void> {
    if (this.#options.roots.length === 0) return;
    await this.#files.prepare();
    this.#signed = await this.#files.read(CATALOGUE_FILES['provider-libraries'], parseProviderManifest);
    this.#review();
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    const { source, catalogue, clock, logger } = this.#options;
    this.#problem = undefined;
    try {
      const text = await source.fetch('provider-libraries', signal);
      // What was believed stays: to take a library back, the network signs a list without it.
      if (text === undefined) return;
      const signed = parseProviderManifest(text);
      if (this.#faultOf(signed, ANY_TIME_MS)?.code === 'unknown-key') await catalogue.refresh(signal);
      const fault = this.#faultOf(signed, clock.now().getTime(), this.#signed);
      if (fault !== undefined) throw fault;
      if (canonicalText(signed) === (this.#signed && canonicalText(this.#signed))) return;
      this.#signed = signed;
      this.#files.write(CATALOGUE_FILES['provider-libraries'], canonicalText(signed));
      logger.info({ sequence: signed.payload.sequence }, 'The list of provider libraries changed.');
      this.emit('change');
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CatalogueFault) && !(error instanceof GataError)) throw error;
      logger.warn({ code: error.code, err: error.cause }, `Provider libraries: ${error.message}`);
      this.#problem = error.message;
    }
  }

  /** A list whose key was revoked since is no longer believed: neither what it says, nor its number. */
  #review(): void {
    if (this.#signed === undefined) return;
    const fault = this.#faultOf(this.#signed, ANY_TIME_MS);
    if (fault === undefined) return;
    this.#options.logger.warn(
      { code: fault.code },
      `Provider libraries are believed no more: ${fault.message}`,
    );
    this.#signed = undefined;
    this.#problem = fault.message;
    this.emit('change');
  }

  #faultOf(
    signed: SignedProviderManifest,
    nowMs: number,
    believed?: SignedProviderManifest,
  ): CatalogueFault | undefined {
    const { trust, revocations } = this.#options.catalogue.signers();
    if (trust === undefined) {
      return new CatalogueFault('unknown-key', 'The list of catalogue keys is not known yet.');
    }
    try {
      checkProviderManifest(signed, trust, revocations, believed?.payload, nowMs);
      return undefined;
    } catch (error) {
      if (error instanceof CatalogueFault) return error;
      throw error;
    }
  }
}
