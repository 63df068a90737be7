import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { ModelView } from '../../shared/local-api.ts';
import { bundleBytes, type ModelFile, type ModelManifest } from '../../shared/model-manifest.ts';
import { type ModelTrust, mayRun } from '../../shared/model-trust.ts';
import type { FileSource } from '../downloads/file-source.ts';
import { asWriteError } from '../private-file.ts';
import { BundleAdmission } from './admission/bundle-admission.ts';
import type { BundleInspector } from './admission/bundle-inspector.ts';
import { BundleDownloads } from './bundle-downloads.ts';
import type { BundleSource } from './bundle-source.ts';
import { BundleStore } from './bundle-store.ts';
import { distinctFiles, planEviction } from './cache-budget.ts';
import { CacheIndex, type IndexEntry } from './cache-index.ts';
import { modelDigest } from './model-digest.ts';
import type { GatedModel, ModelGate } from './model-gate.ts';
import { openModelSource } from './open-model-source.ts';
import { Pins } from './pins.ts';
import { SharedTasks } from './shared-task.ts';

const HUGGING_FACE_URL = 'https://huggingface.co';

export interface ModelCacheOptions {
  /** The cache's own folder. */
  readonly folder: string;
  /** The most bytes it may hold, of the moment. */
  readonly quotaBytes: () => number;
  /** Where Hugging Face ids are fetched from; `https://huggingface.co` unless a mirror is configured. */
  readonly huggingFaceUrl?: string;
  /** Says which models may run; others are not fetched, and not handed out. */
  readonly gate: ModelGate;
  /** Looks at the files of a bundle before it may be used. */
  readonly inspector: BundleInspector;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A verified bundle that is not evicted until it is disposed of. */
export interface BundleLease extends Disposable {
  readonly manifest: ModelManifest;
  /** Absolute path of the bundle's folder. */
  readonly folder: string;
}

interface ModelCacheEvents {
  /** A model was added, makes progress, failed or is ready. */
  model: [ModelView];
}

/** The models on this machine: content-addressed, verified before use, within a quota. */
export class ModelCache extends EventEmitter<ModelCacheEvents> implements AsyncDisposable {
  readonly #options: ModelCacheOptions;
  readonly #store: BundleStore;
  readonly #index: CacheIndex;
  /** Installed bundles, by digest. */
  readonly #bundles = new Map<string, IndexEntry>();
  readonly #downloads: BundleDownloads;
  readonly #admission: BundleAdmission;
  /** Digests of the bundles that someone wants or uses. */
  readonly #pins = new Pins((digest) => this.#freed(digest));
  /** Bundles that go as soon as nobody uses them, with why. */
  readonly #doomed = new Map<string, GataError>();
  readonly #preparing = new SharedTasks<ModelManifest>();
  readonly #closing = new AbortController();
  #housekeeping: Promise<void> = Promise.resolve();

  private constructor(options: ModelCacheOptions) {
    super();
    this.#options = options;
    this.#store = new BundleStore(options.folder);
    this.#downloads = new BundleDownloads(this.#store, (view) => this.emit('model', view));
    this.#index = new CacheIndex(join(options.folder, 'index.json'));
    const { inspector, logger } = options;
    this.#admission = new BundleAdmission({ folder: join(options.folder, 'admissions'), inspector, logger });
  }

  /**
   * Opens the cache in its folder and puts right what an interrupted program left.
   * @throws GataError `data-folder-unusable` or `disk-full`.
   */
  static async open(options: ModelCacheOptions): Promise<ModelCache> {
    const cache = new ModelCache(options);
    try {
      await cache.#recover();
    } catch (error) {
      throw asWriteError(options.folder, error);
    }
    return cache;
  }

  /**
   * The bundle of a digest, from the cache or fetched from the source and kept. Callers that want the same one
   * share the download; it is stopped, to be continued later, when the last of them aborts.
   * @throws GataError `corrupt-bundle`, `disk-full`, `unknown-model`, `model-not-admitted`, `model-refused`, the
   * source's error, or the signal's reason.
   */
  async ensure(digest: string, source: BundleSource, signal: AbortSignal): Promise<BundleLease> {
    const pin = this.#pins.hold(digest);
    try {
      const either = AbortSignal.any([signal, this.#closing.signal]);
      const manifest = await this.#preparing.run(digest, either, (shared) =>
        this.#prepare(digest, source, shared),
      );
      // It may have been revoked while it was fetched.
      const doom = this.#doomed.get(digest);
      if (doom !== undefined) throw doom;
      this.#touch(digest);
      return {
        manifest,
        folder: this.#store.bundleFolder(digest),
        [Symbol.dispose]: () => pin[Symbol.dispose](),
      };
    } catch (error) {
      pin[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Adds a model by hand: an absolute folder path or a Hugging Face id `owner/name`. It is never evicted.
   * @throws GataError `invalid-request` that says what the source lacks, `model-source-unreachable`,
   * `corrupt-bundle`, `disk-full`, `model-refused`.
   */
  async add(source: string, signal: AbortSignal = new AbortController().signal): Promise<ModelView> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const from = await openModelSource(source, this.#options.huggingFaceUrl ?? HUGGING_FACE_URL);
    const manifest = await from.describe(either);
    const digest = modelDigest(manifest);
    const pin = this.#pins.hold(digest);
    try {
      await this.#preparing.run(digest, either, async (shared) => {
        const installed = this.#bundles.get(digest);
        if (installed === undefined || !(await this.#isIntact(installed, shared))) {
          await this.#fetch(digest, manifest, 'user', from, shared);
        }
        return manifest;
      });
      const entry = this.#bundles.get(digest);
      if (entry === undefined) throw new GataError('conflict', 'The model was removed while it was added.');
      this.#bundles.set(digest, { ...entry, origin: 'user' });
      await this.#writeIndex();
      return this.#changed(digest);
    } finally {
      pin[Symbol.dispose]();
    }
  }

  /** @throws GataError `not-found`; `conflict` while the model is in use or being fetched. */
  async remove(digest: string): Promise<void> {
    await this.#serially(async () => {
      if (this.#pins.has(digest)) {
        throw new GataError('conflict', 'The model is in use. Pause compute, then remove it.');
      }
      if (!this.#bundles.has(digest) && this.#downloads.get(digest) === undefined) {
        throw new GataError('not-found', 'There is no such model in the cache.');
      }
      await this.#evict([digest]);
      await this.#writeIndex();
    });
  }

  /**
   * Removes a model that must not be kept, at once or when its last user has let go, and lists it as failed with the
   * reason.
   */
  async discard(digest: string, reason: GataError): Promise<void> {
    this.#doomed.set(digest, reason);
    if (!this.#pins.has(digest)) await this.#discardDoomed(digest);
  }

  /** Tells everyone of the models again, when it may have changed which of them may run. */
  reviewed(): void {
    for (const digest of [...this.#bundles.keys()]) this.#changed(digest);
  }

  /** All models, the one used last first; then those that are being fetched or could not be. */
  list(): ModelView[] {
    const ready = [...this.#bundles.values()].sort((a, b) => lastUsedMs(b) - lastUsedMs(a));
    return [...ready.map((entry) => this.#readyView(entry)), ...this.#downloads.views()];
  }

  /** Digests of the bundles that are ready to be used, and may be. */
  digests(): string[] {
    const entries = [...this.#bundles.values()];
    return entries.filter((entry) => mayRun(this.#trustOf(entry))).map((entry) => entry.digest);
  }

  /** Stops downloads, which continue at the next start, and writes down what was used when. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new GataError('shutting-down', 'The agent is shutting down.'));
    await this.#index.idle();
  }

  async #recover(): Promise<void> {
    await this.#store.prepare();
    const indexed = await this.#index.read();
    if (indexed === undefined) this.#options.logger.warn('The model index was damaged; it is rebuilt.');
    const remembered = new Map((indexed ?? []).map((entry) => [entry.digest, entry]));
    for (const digest of new Set([...remembered.keys(), ...(await this.#store.bundleDigests())])) {
      const entry = remembered.get(digest);
      const manifest = (await this.#store.readManifest(digest)) ?? (await this.#reinstalled(entry));
      if (manifest === undefined) {
        this.#options.logger.warn(
          { digest },
          'A cached model is not whole; it is fetched again when needed.',
        );
        await this.#store.removeBundle(digest);
        continue;
      }
      // Where they came from is lost with the index; what the user may have added must not be evicted.
      const origin = entry?.origin ?? (indexed === undefined ? 'user' : 'network');
      this.#bundles.set(digest, { digest, manifest, origin, lastUsedAt: entry?.lastUsedAt ?? null });
    }
    await this.#writeIndex();
  }

  /** The folder of a known bundle made again from its files, where they are all there. */
  async #reinstalled(entry: IndexEntry | undefined): Promise<ModelManifest | undefined> {
    if (entry === undefined) return undefined;
    for (const file of entry.manifest.files) if (!(await this.#store.hasBlob(file))) return undefined;
    await this.#store.install(entry.digest, entry.manifest);
    return entry.manifest;
  }

  async #prepare(digest: string, source: BundleSource, signal: AbortSignal): Promise<ModelManifest> {
    const installed = this.#bundles.get(digest);
    if (installed !== undefined) {
      await this.#options.gate.admit(gated(installed), signal);
      if (await this.#isIntact(installed, signal)) {
        await this.#inspectInstalled(installed, signal);
        return installed.manifest;
      }
      if (installed.origin === 'user') throw this.#damagedByHand(installed);
    }
    const manifest = installed?.manifest ?? (await source.manifest(digest, signal));
    if (modelDigest(manifest) !== digest) {
      throw new GataError('corrupt-bundle', 'The gateway sent another manifest than the one asked for.');
    }
    await this.#admitNew(digest, manifest, signal);
    await this.#fetch(digest, manifest, 'network', source, signal);
    return manifest;
  }

  /** Before the first byte is fetched. @throws GataError `model-not-admitted` or `model-refused`, which is then listed. */
  async #admitNew(digest: string, manifest: ModelManifest, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.gate.admit({ digest, manifest, origin: 'network', isInstalled: false }, signal);
      await this.#admission.requireNotRefused(digest, manifest);
    } catch (error) {
      if (isRefusal(error)) this.#downloads.showFailed(absentView(digest, manifest), error);
      throw error;
    }
  }

  /** A bundle that came in under older rules, or none, is inspected before it is used again. */
  async #inspectInstalled({ digest, manifest }: IndexEntry, signal: AbortSignal): Promise<void> {
    try {
      const locationOf = (file: ModelFile) => join(this.#store.bundleFolder(digest), file.path);
      await this.#admission.require(digest, manifest, locationOf, signal);
    } catch (error) {
      if (isRefusal(error)) {
        this.#bundles.delete(digest);
        await this.#store.removeBundle(digest);
        await this.#writeIndex();
        this.#downloads.showFailed(absentView(digest, manifest), error);
      }
      throw error;
    }
  }

  #freed(digest: string): void {
    if (!this.#doomed.has(digest)) return;
    this.#discardDoomed(digest).catch((error: unknown) => {
      this.#options.logger.error({ digest, err: error }, 'A model that must go could not be removed.');
    });
  }

  async #discardDoomed(digest: string): Promise<void> {
    await this.#serially(async () => {
      const reason = this.#doomed.get(digest);
      if (reason === undefined || this.#pins.has(digest)) return;
      this.#doomed.delete(digest);
      const entry = this.#bundles.get(digest);
      if (entry === undefined) return;
      await this.#evict([digest]);
      await this.#writeIndex();
      this.#downloads.showFailed(absentView(digest, entry.manifest), reason);
    });
  }

  #trustOf(entry: IndexEntry): ModelTrust {
    return this.#options.gate.judge(gated(entry));
  }

  #readyView(entry: IndexEntry): ModelView {
    return { ...readyView(entry), trust: this.#trustOf(entry) };
  }

  /** Checks an installed bundle; damaged files are removed, so that they can be fetched again. */
  async #isIntact(entry: IndexEntry, signal: AbortSignal): Promise<boolean> {
    const damaged = await this.#store.damagedFiles(entry.digest, entry.manifest, signal);
    if (damaged.length === 0) return true;
    const files = damaged.map((file) => file.path);
    this.#options.logger.warn({ model: entry.manifest.id, files }, 'A cached model is damaged.');
    this.#bundles.delete(entry.digest);
    await this.#store.removeBundle(entry.digest);
    for (const file of damaged) await this.#store.discardBlob(file.sha256);
    return false;
  }

  async #fetch(
    digest: string,
    manifest: ModelManifest,
    origin: ModelView['origin'],
    source: FileSource<ModelFile>,
    signal: AbortSignal,
  ): Promise<void> {
    const makeRoom = () => this.#serially(() => this.#makeRoom());
    const locationOf = (file: ModelFile) => this.#store.blobPath(file.sha256);
    const inspect = () => this.#admission.require(digest, manifest, locationOf, signal);
    await this.#downloads.fetch({ digest, manifest, origin, source, signal, makeRoom, inspect });
    this.#bundles.set(digest, { digest, manifest, origin, lastUsedAt: null });
    await this.#writeIndex();
    this.#changed(digest);
  }

  async #makeRoom(): Promise<void> {
    const downloads = this.#downloads.views().filter((view) => view.state === 'downloading');
    const wanted = downloads.map((view) => view.manifest);
    const cached = [...this.#bundles.values()].map((entry) => ({
      digest: entry.digest,
      manifest: entry.manifest,
      evictable: entry.origin === 'network' && !this.#pins.has(entry.digest),
      lastUsedMs: lastUsedMs(entry),
    }));
    const evicted = planEviction(wanted, cached, this.#options.quotaBytes());
    await this.#evict(evicted);
    await this.#dropLooseBlobs(wanted);
  }

  /** Removes what unfinished downloads of other models left, when the quota needs the room. */
  async #dropLooseBlobs(wanted: readonly ModelManifest[]): Promise<void> {
    const needed = distinctFiles([...wanted, ...this.#manifests()]);
    const neededBytes = [...needed.values()].reduce((sum, bytes) => sum + bytes, 0);
    const loose = [...(await this.#store.blobSizes())].filter(([sha256]) => !needed.has(sha256));
    let looseBytes = loose.reduce((sum, [, bytes]) => sum + bytes, 0);
    for (const [sha256, bytes] of loose) {
      if (neededBytes + looseBytes <= this.#options.quotaBytes()) return;
      await this.#store.discardBlob(sha256);
      looseBytes -= bytes;
    }
  }

  async #evict(digests: readonly string[]): Promise<void> {
    const evicted = digests.flatMap((digest) => {
      const known = this.#bundles.get(digest) ?? this.#downloads.get(digest);
      return known === undefined ? [] : [known.manifest];
    });
    for (const digest of digests) {
      this.#bundles.delete(digest);
      this.#downloads.forget(digest);
    }
    const downloading = this.#downloads.views().map((view) => view.manifest);
    const stillUsed = distinctFiles([...this.#manifests(), ...downloading]);
    for (const digest of digests) {
      this.#options.gate.forget(digest);
      await this.#admission.forget(digest);
      await this.#store.removeBundle(digest);
      this.#options.logger.info({ digest }, 'A model was removed from the cache.');
    }
    for (const sha256 of distinctFiles(evicted).keys()) {
      if (!stillUsed.has(sha256)) await this.#store.discardBlob(sha256);
    }
  }

  *#manifests(): Iterable<ModelManifest> {
    for (const entry of this.#bundles.values()) yield entry.manifest;
  }

  #touch(digest: string): void {
    const entry = this.#bundles.get(digest);
    if (entry === undefined) return;
    this.#bundles.set(digest, { ...entry, lastUsedAt: this.#options.clock.now().toISOString() });
    void this.#writeIndex();
    this.#changed(digest);
  }

  #changed(digest: string): ModelView {
    const entry = this.#bundles.get(digest);
    if (entry === undefined) throw new GataError('not-found', 'There is no such model in the cache.');
    const view = this.#readyView(entry);
    this.emit('model', view);
    return view;
  }

  #damagedByHand(entry: IndexEntry): GataError {
    const error = new GataError(
      'corrupt-bundle',
      `The files of ${entry.manifest.id} were changed or damaged. Add the model again.`,
    );
    this.#downloads.showFailed(readyView(entry), error);
    return error;
  }

  /** One removal at a time: what a download relies on is not removed under it. */
  #serially(task: () => Promise<void>): Promise<void> {
    const done = this.#housekeeping.then(task);
    this.#housekeeping = done.catch(() => undefined);
    return done;
  }

  /** Without the index bundles stay usable, so a failure is only told. */
  async #writeIndex(): Promise<void> {
    try {
      await this.#index.write(() => [...this.#bundles.values()]);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'The model index could not be written.');
    }
  }
}

function lastUsedMs(entry: IndexEntry): number {
  return entry.lastUsedAt === null ? 0 : Date.parse(entry.lastUsedAt);
}

function isRefusal(error: unknown): error is GataError {
  return (
    error instanceof GataError && (error.code === 'model-not-admitted' || error.code === 'model-refused')
  );
}

function gated({ digest, manifest, origin }: IndexEntry): GatedModel {
  return { digest, manifest, origin, isInstalled: true };
}

/** A model of the network that is not here. */
function absentView(digest: string, manifest: ModelManifest): ModelView {
  const bytes = bundleBytes(manifest);
  const shared = { digest, manifest, bytes, downloadedBytes: 0, lastUsedAt: null, error: null };
  return { ...shared, state: 'failed', origin: 'network' };
}

function readyView(entry: IndexEntry): ModelView {
  const bytes = bundleBytes(entry.manifest);
  const { digest, manifest, origin, lastUsedAt } = entry;
  return { digest, manifest, state: 'ready', bytes, downloadedBytes: bytes, origin, lastUsedAt, error: null };
}
