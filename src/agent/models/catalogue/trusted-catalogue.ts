import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { Logger } from 'pino';
import {
  canonicalText,
  keyIdOf,
  parseKeyListChain,
  parseModelEntry,
  parseRevocationList,
} from '../../../shared/catalogue-document.ts';
import { CatalogueFault } from '../../../shared/catalogue-fault.ts';
import {
  checkEntrySignature,
  checkRevocations,
  followKeyLists,
  isStale,
  type KeyTrust,
} from '../../../shared/catalogue-trust.ts';
import type { Clock } from '../../../shared/clock.ts';
import { GataError } from '../../../shared/gata-error.ts';
import {
  CATALOGUE_FILES,
  type RevocationList,
  type SignedModelEntry,
  type SignedRevocationList,
} from '../../../shared/model-catalogue.ts';
import { type CatalogueView, type ModelTrust, mayRun } from '../../../shared/model-trust.ts';
import type { GatedModel, ModelGate } from '../model-gate.ts';
import { SharedTasks } from '../shared-task.ts';
import type { AllowedModels } from './allowed-models.ts';
import { CatalogueFiles } from './catalogue-files.ts';
import type { CatalogueSource } from './catalogue-http.ts';
import { judgeModel } from './judge-model.ts';

export interface TrustedCatalogueOptions {
  /** Where good documents are kept; each set of pinned roots has a folder of its own in it. */
  readonly folder: string;
  /** Public root keys in hexadecimal; none: nothing of the network is trusted. */
  readonly roots: readonly string[];
  readonly source: CatalogueSource;
  readonly allowed: AllowedModels;
  /** The version of this node's admission rules. */
  readonly admissionVersion: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What was believed is not doubted because this computer's clock was set back. */
const ANY_TIME_MS = Number.MAX_SAFE_INTEGER;

interface TrustedCatalogueEvents {
  /** What is known has changed: models may be judged differently now. */
  change: [];
}

/**
 * What this node believes of the network's model catalogue. A document is believed for its signatures, whoever
 * brings it; one that is not good changes nothing, and is told in `view().problem`.
 */
export class TrustedCatalogue extends EventEmitter<TrustedCatalogueEvents> implements ModelGate {
  readonly #options: TrustedCatalogueOptions;
  readonly #files: CatalogueFiles;
  readonly #refreshing = new SharedTasks<void>();
  readonly #entries = new Map<string, SignedModelEntry>();
  /** Who signed an entry, or what is wrong with its signature; cleared when keys or revocations change. */
  readonly #signers = new Map<string, string | CatalogueFault>();
  #trust: KeyTrust | undefined;
  #revocations: SignedRevocationList | undefined;
  #checkedAt: Date | undefined;
  #problem: string | undefined;

  private constructor(options: TrustedCatalogueOptions) {
    super();
    this.#options = options;
    this.#files = new CatalogueFiles(join(options.folder, folderOfRoots(options.roots)), options.logger);
  }

  /** Reads what was believed before; nothing is fetched. */
  static async open(options: TrustedCatalogueOptions): Promise<TrustedCatalogue> {
    const catalogue = new TrustedCatalogue(options);
    await catalogue.#load();
    return catalogue;
  }

  judge(model: GatedModel): ModelTrust {
    return this.#judge(model, this.#entries.get(model.digest), this.#problem);
  }

  async admit(model: GatedModel, signal: AbortSignal): Promise<void> {
    let trust = this.judge(model);
    if (this.#options.roots.length > 0 && trust.state !== 'revoked' && !mayRun(trust)) {
      const { entry, problem } = await this.#learnOf(model.digest, signal);
      trust = this.#judge(model, entry, problem);
    }
    if (mayRun(trust)) return;
    const { id, version } = model.manifest;
    const { digest } = model;
    this.#options.logger.warn({ model: id, version, digest, trust }, 'A model was not admitted.');
    throw new GataError(
      'model-not-admitted',
      `${id} ${version} is not run here. ${trust.detail ?? ''}`.trim(),
    );
  }

  forget(digest: string): void {
    if (!this.#entries.delete(digest)) return;
    this.#signers.delete(digest);
    this.#files.forgetEntry(digest);
  }

  /**
   * Fetches the lists and believes what is good of them.
   * @returns false when that failed; `view().problem` says why.
   */
  async refresh(signal: AbortSignal): Promise<boolean> {
    if (this.#options.roots.length === 0) return false;
    await this.#refreshing.run('lists', signal, (shared) => this.#fetchLists(shared));
    return this.#problem === undefined;
  }

  /** Remembers, or forgets, that the user wants to run exactly this model. @throws GataError `disk-full`. */
  setAllowed(digest: string, id: string, isAllowed: boolean): void {
    if (isAllowed) this.#options.allowed.add(digest, id);
    else this.#options.allowed.remove(digest);
    this.emit('change');
  }

  view(): CatalogueView {
    const { roots } = this.#options;
    const revocations = this.#revocations?.payload;
    return {
      configured: roots.length > 0,
      rootKeyIds: (this.#trust?.list.roots ?? roots).map(keyIdOf),
      keysSequence: this.#trust?.list.sequence ?? null,
      revocationsSequence: revocations?.sequence ?? null,
      revocationsExpireAt: revocations?.expiresAt ?? null,
      stale: revocations !== undefined && isStale(revocations, this.#nowMs()),
      checkedAt: this.#checkedAt?.toISOString() ?? null,
      problem: this.#problem ?? null,
    };
  }

  /** Who may sign other documents of the network, as far as it is known. */
  signers(): { readonly trust: KeyTrust | undefined; readonly revocations: RevocationList | undefined } {
    return { trust: this.#trust, revocations: this.#revocations?.payload };
  }

  async #load(): Promise<void> {
    const { roots } = this.#options;
    if (roots.length === 0) return;
    await this.#files.prepare();
    this.#trust = await this.#files.read(CATALOGUE_FILES.keys, (text) =>
      followKeyLists(roots, parseKeyListChain(text)),
    );
    const trust = this.#trust;
    if (trust === undefined) return;
    this.#revocations = await this.#files.read(CATALOGUE_FILES.revocations, (text) => {
      const signed = parseRevocationList(text);
      checkRevocations(signed, trust, undefined, ANY_TIME_MS);
      return signed;
    });
    for (const digest of await this.#files.entryDigests()) {
      const entry = await this.#files.read(CATALOGUE_FILES.entry(digest), parseModelEntry);
      if (entry !== undefined) this.#entries.set(digest, entry);
    }
  }

  #judge(model: GatedModel, entry: SignedModelEntry | undefined, problem: string | undefined): ModelTrust {
    const { roots, allowed, admissionVersion } = this.#options;
    const knowledge = {
      isConfigured: roots.length > 0,
      trust: this.#trust,
      revocations: this.#revocations?.payload,
      entry: entry && { payload: entry.payload, signer: this.#signerOf(entry) },
      isAllowed: allowed.has(model.digest),
      admissionVersion,
      problem,
    };
    return judgeModel(model, knowledge, this.#nowMs());
  }

  /** Fetches whatever may be missing to judge a model. Only a good entry is kept: a gateway may send any number. */
  async #learnOf(
    digest: string,
    signal: AbortSignal,
  ): Promise<{ readonly entry: SignedModelEntry | undefined; readonly problem: string | undefined }> {
    const revocations = this.#revocations?.payload;
    if (this.#trust === undefined || revocations === undefined || isStale(revocations, this.#nowMs())) {
      await this.refresh(signal);
    }
    const known = this.#entries.get(digest);
    let fetched: SignedModelEntry | undefined;
    try {
      const text = await this.#options.source.fetch('entry', signal, digest);
      if (text !== undefined) fetched = parseModelEntry(text);
    } catch (error) {
      return { entry: known, problem: this.#told(error, signal).message };
    }
    if (fetched === undefined) return { entry: known, problem: this.#problem };
    // Its key may be newer than our list of keys.
    if (this.#faultOf(fetched)?.code === 'unknown-key') await this.refresh(signal);
    if (fetched.payload.digest !== digest || this.#faultOf(fetched) !== undefined) {
      return { entry: fetched, problem: this.#problem };
    }
    this.#entries.set(digest, fetched);
    this.#signers.delete(digest);
    this.#files.write(CATALOGUE_FILES.entry(digest), canonicalText(fetched));
    this.emit('change');
    return { entry: fetched, problem: this.#problem };
  }

  async #fetchLists(signal: AbortSignal): Promise<void> {
    this.#problem = undefined;
    const before = JSON.stringify([this.#trust?.list.sequence, this.#revocations?.payload.sequence]);
    await this.#tell(signal, async () => {
      const chain = parseKeyListChain(await this.#fetchText('keys', signal));
      const trust = followKeyLists(this.#options.roots, chain, this.#trust);
      if (trust === this.#trust) return;
      this.#trust = trust;
      this.#files.write(CATALOGUE_FILES.keys, canonicalText(trust.chain));
      this.#signers.clear();
      this.#reviewRevocations(trust);
    });
    await this.#tell(signal, async () => {
      if (this.#trust === undefined) return;
      const signed = parseRevocationList(await this.#fetchText('revocations', signal));
      checkRevocations(signed, this.#trust, this.#revocations?.payload, this.#nowMs());
      this.#revocations = signed;
      this.#files.write(CATALOGUE_FILES.revocations, canonicalText(signed));
      this.#signers.clear();
      if (this.#problem === undefined) this.#checkedAt = this.#options.clock.now();
    });
    const after = JSON.stringify([this.#trust?.list.sequence, this.#revocations?.payload.sequence]);
    if (after === before) return;
    this.#options.logger.info({ catalogue: this.view() }, 'The model catalogue changed.');
    this.emit('change');
  }

  /**
   * A list signed by a key that the root has withdrawn since is no longer believed: neither what it says, nor its
   * number, which may have been set so high that no honest list could follow.
   */
  #reviewRevocations(trust: KeyTrust): void {
    if (this.#revocations === undefined) return;
    try {
      checkRevocations(this.#revocations, trust, undefined, ANY_TIME_MS);
    } catch (error) {
      if (!(error instanceof CatalogueFault)) throw error;
      this.#options.logger.warn(
        { code: error.code },
        `The revocation list is believed no more: ${error.message}`,
      );
      this.#revocations = undefined;
    }
  }

  async #fetchText(document: 'keys' | 'revocations', signal: AbortSignal): Promise<string> {
    const text = await this.#options.source.fetch(document, signal);
    if (text === undefined) {
      throw new CatalogueFault('malformed', `The gateway publishes no ${document} of a model catalogue.`);
    }
    return text;
  }

  /** Runs a step whose failure leaves everything as it was, and is told. @throws the signal's reason. */
  async #tell(signal: AbortSignal, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#problem = this.#told(error, signal).message;
    }
  }

  /** @throws the signal's reason, or what nobody expects. */
  #told(error: unknown, signal: AbortSignal): CatalogueFault | GataError {
    signal.throwIfAborted();
    if (!(error instanceof CatalogueFault) && !(error instanceof GataError)) throw error;
    this.#options.logger.warn({ code: error.code, err: error.cause }, `Model catalogue: ${error.message}`);
    return error;
  }

  #faultOf(entry: SignedModelEntry): CatalogueFault | undefined {
    const signer = this.#signerOf(entry);
    return signer instanceof CatalogueFault ? signer : undefined;
  }

  #signerOf(entry: SignedModelEntry): string | CatalogueFault {
    const { digest } = entry.payload;
    const known = this.#entries.get(digest) === entry ? this.#signers.get(digest) : undefined;
    if (known !== undefined) return known;
    const signer = this.#checkSigner(entry);
    if (this.#entries.get(digest) === entry) this.#signers.set(digest, signer);
    return signer;
  }

  #checkSigner(entry: SignedModelEntry): string | CatalogueFault {
    if (this.#trust === undefined) {
      return new CatalogueFault('unknown-key', 'The list of catalogue keys is not known yet.');
    }
    try {
      return checkEntrySignature(entry, this.#trust, this.#revocations?.payload);
    } catch (error) {
      if (error instanceof CatalogueFault) return error;
      throw error;
    }
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime();
  }
}

/** What was learnt under other roots, such as a demo network's, has no say. */
export function folderOfRoots(roots: readonly string[]): string {
  return createHash('sha256').update(roots.toSorted().join(' ')).digest('hex').slice(0, 16);
}
