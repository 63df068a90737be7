import type { ModelManifest } from '../../shared/model-manifest.ts';
import type { ModelTrust } from '../../shared/model-trust.ts';

export interface GatedModel {
  readonly digest: string;
  readonly manifest: ModelManifest;
  readonly origin: 'network' | 'user';
  /** Whether the whole bundle is in the cache already. */
  readonly isInstalled: boolean;
}

/** Says which models may run on this machine. */
export interface ModelGate {
  /** By what is known now; no I/O. */
  judge(model: GatedModel): ModelTrust;
  /**
   * Fetches what it needs to judge the model.
   * @throws GataError `model-not-admitted` that says why it may not run, or the signal's reason.
   */
  admit(model: GatedModel, signal: AbortSignal): Promise<void>;
  /** The model is no longer in the cache. */
  forget(digest: string): void;
}
