import type { ModelFile, ModelManifest } from '../../shared/model-manifest.ts';
import type { FileSource } from '../downloads/file-source.ts';

/** A source that knows bundles by their digest: the gateway. */
export interface BundleSource extends FileSource<ModelFile> {
  /** @throws GataError `unknown-model`, or that the source cannot be reached. */
  manifest(digest: string, signal: AbortSignal): Promise<ModelManifest>;
}

/** A source that is one model the user wants: a folder, or a repository of a model hub. */
export interface ModelSource extends FileSource<ModelFile> {
  /** @throws GataError that says what is missing, or that the source cannot be reached. */
  describe(signal: AbortSignal): Promise<ModelManifest>;
}
