import { GataError } from '../../shared/gata-error.ts';
import type { ModelManifest } from '../../shared/model-manifest.ts';

export interface CachedBundle {
  readonly digest: string;
  readonly manifest: ModelManifest;
  /** Neither in use nor added by the user. */
  readonly evictable: boolean;
  /** Milliseconds since 1970; 0 when it was never used. */
  readonly lastUsedMs: number;
}

/** Distinct bytes of some bundles' files, by SHA-256. */
export function distinctFiles(manifests: Iterable<ModelManifest>): Map<string, number> {
  const files = new Map<string, number>();
  for (const manifest of manifests) for (const file of manifest.files) files.set(file.sha256, file.bytes);
  return files;
}

/**
 * Which bundles to evict, least recently used first, so that the wanted ones fit beside the rest.
 * @throws GataError `disk-full` when they do not fit even then; nothing needs to be evicted in that case.
 */
export function planEviction(
  wanted: readonly ModelManifest[],
  cached: readonly CachedBundle[],
  quotaBytes: number,
): string[] {
  const kept = [...cached].sort((a, b) => b.lastUsedMs - a.lastUsedMs);
  const evicted: string[] = [];
  const total = () => {
    const files = distinctFiles([...wanted, ...kept.map((bundle) => bundle.manifest)]);
    return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
  };
  while (total() > quotaBytes) {
    const oldest = kept.findLastIndex((bundle) => bundle.evictable);
    const [bundle] = oldest === -1 ? [] : kept.splice(oldest, 1);
    if (bundle === undefined) {
      throw new GataError(
        'disk-full',
        `The model does not fit into the model cache: ${megabytes(total())} would be needed and the limit is ${megabytes(quotaBytes)}. Raise the limit in the settings, or remove models that you added.`,
      );
    }
    evicted.push(bundle.digest);
  }
  return evicted;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}
