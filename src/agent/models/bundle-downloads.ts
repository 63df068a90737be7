import type { ErrorCode } from '../../shared/error-codes.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { ModelView } from '../../shared/local-api.ts';
import { bundleBytes, type ModelFile, type ModelManifest } from '../../shared/model-manifest.ts';
import type { FileSource } from '../downloads/file-source.ts';
import { downloadFile } from '../downloads/resumable-download.ts';
import type { BundleStore } from './bundle-store.ts';
import { SharedTasks } from './shared-task.ts';

const PROGRESS_EVERY_MS = 250;
/** Failed downloads that are still listed, so that a person sees why. */
const FAILURES_LISTED = 20;

export interface BundleDownload {
  readonly digest: string;
  readonly manifest: ModelManifest;
  readonly origin: ModelView['origin'];
  readonly source: FileSource<ModelFile>;
  readonly signal: AbortSignal;
  /** Called, and awaited, when the download is known and before the first byte. */
  readonly makeRoom: () => Promise<void>;
  /** Called, and awaited, when all files are there and before the bundle is: it throws for one that is refused. */
  readonly inspect: () => Promise<void>;
}

/** Fetches bundles into the store, and shows the downloads that run or have failed. */
export class BundleDownloads {
  readonly #store: BundleStore;
  readonly #onView: (view: ModelView) => void;
  readonly #views = new Map<string, ModelView>();
  readonly #fetching = new SharedTasks<void>();

  constructor(store: BundleStore, onView: (view: ModelView) => void) {
    this.#store = store;
    this.#onView = onView;
  }

  views(): ModelView[] {
    return [...this.#views.values()];
  }

  get(digest: string): ModelView | undefined {
    return this.#views.get(digest);
  }

  /** No longer shows a download that has failed. */
  forget(digest: string): void {
    this.#views.delete(digest);
  }

  /** Shows a model that cannot be used. */
  showFailed(view: ModelView, error: { readonly code: ErrorCode; readonly message: string }): void {
    this.#show({ ...view, state: 'failed', error: { code: error.code, message: error.message } });
    const failed = this.views().filter((each) => each.state === 'failed');
    for (const each of failed.slice(0, Math.max(0, failed.length - FAILURES_LISTED)))
      this.forget(each.digest);
  }

  /** Fetches what the store lacks and installs the bundle. @throws GataError; what was fetched is kept. */
  async fetch({
    digest,
    manifest,
    origin,
    source,
    signal,
    makeRoom,
    inspect,
  }: BundleDownload): Promise<void> {
    const onDisk = new Map<string, number>();
    const view = (): ModelView => ({
      digest,
      manifest,
      state: 'downloading',
      bytes: bundleBytes(manifest),
      downloadedBytes: manifest.files.reduce((sum, file) => sum + (onDisk.get(file.path) ?? 0), 0),
      origin,
      lastUsedAt: null,
      error: null,
    });
    this.#show(view());
    let shownMs = performance.now();
    try {
      await makeRoom();
      for (const file of manifest.files) {
        await this.#fetchFile(file, source, signal, (bytes) => {
          onDisk.set(file.path, bytes);
          if (performance.now() - shownMs < PROGRESS_EVERY_MS) return;
          shownMs = performance.now();
          this.#show(view());
        });
        onDisk.set(file.path, file.bytes);
      }
      await inspect();
      await this.#store.install(digest, manifest);
      this.forget(digest);
    } catch (error) {
      this.showFailed(view(), signal.aborted ? STOPPED : GataError.from(error));
      throw error;
    }
  }

  /** One download a file, also when several bundles that contain it are fetched at once. */
  async #fetchFile(
    file: ModelFile,
    source: FileSource<ModelFile>,
    signal: AbortSignal,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    await this.#fetching.run(file.sha256, signal, async (shared) => {
      if (await this.#store.hasBlob(file)) return;
      await downloadFile({
        file,
        source,
        partialPath: this.#store.partialPath(file.sha256),
        path: this.#store.blobPath(file.sha256),
        signal: shared,
        corrupt,
        onBytes,
      });
    });
  }

  #show(view: ModelView): void {
    this.#views.set(view.digest, view);
    this.#onView(view);
  }
}

const STOPPED = {
  code: 'cancelled',
  message: 'The download was stopped. It continues when the model is wanted again.',
} as const;

function corrupt(file: ModelFile): GataError {
  return new GataError(
    'corrupt-bundle',
    `The file ${file.path} of the model is not what its manifest says, twice in a row. The source has a damaged copy.`,
  );
}
