import type { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { ModelView } from '../../shared/local-api.ts';
import type { ModelManifest } from '../../shared/model-manifest.ts';
import type { BundleSource } from './bundle-source.ts';

export interface ModelCacheOptions {
  /** The cache's own folder. */
  readonly folder: string;
  /** The most bytes it may hold, of the moment. */
  readonly quotaBytes: () => number;
  /** Where Hugging Face ids are fetched from; `https://huggingface.co` unless a mirror is configured. */
  readonly huggingFaceUrl?: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A verified bundle that is not evicted until it is disposed of. */
export interface BundleLease extends Disposable {
  readonly manifest: ModelManifest;
  readonly folder: string;
}

interface ModelCacheEvents {
  model: [ModelView];
}

export declare class ModelCache extends EventEmitter<ModelCacheEvents> implements AsyncDisposable {
  static open(options: ModelCacheOptions): Promise<ModelCache>;
  ensure(digest: string, source: BundleSource, signal: AbortSignal): Promise<BundleLease>;
  list(): ModelView[];
  add(source: string, signal?: AbortSignal): Promise<ModelView>;
  remove(digest: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
