import type { ModelFile, ModelManifest } from '../../shared/model-manifest.ts';

/** Where bundles come from: the gateway, or a model hub. What it says is checked, never trusted. */
export interface BundleSource {
  /** @throws GataError `unknown-model`, or that the source cannot be reached. */
  manifest(digest: string, signal: AbortSignal): Promise<ModelManifest>;
  /**
   * The file's bytes from `offset` on, or all of them (status 200) when the source knows no ranges.
   * @throws GataError when the source cannot be reached or does not have the file.
   */
  open(file: ModelFile, offset: number, signal: AbortSignal): Promise<Response>;
}
