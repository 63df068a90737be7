import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctFiles, planEviction } from '../../../src/agent/models/cache-budget.ts';
import type { ModelManifest } from '../../../src/shared/model-manifest.ts';

function manifestOf(files: readonly { name: number; bytes: number }[]): ModelManifest {
  return {
    schemaVersion: 1,
    id: 'model',
    name: 'model',
    version: '1.0.0',
    description: '',
    licence: '',
    demo: false,
    tasks: ['onnx.run'],
    files: files.map(({ name, bytes }, index) => ({
      path: `file-${index}`,
      bytes,
      sha256: name.toString(16).padStart(64, '0'),
    })),
  };
}

const total = (manifests: ModelManifest[]) =>
  [...distinctFiles(manifests).values()].reduce((sum, bytes) => sum + bytes, 0);
// The same name has the same bytes: files are content-addressed.
const file = fc.integer({ min: 1, max: 30 }).map((name) => ({ name, bytes: name * 10 }));
const manifest = fc.array(file, { minLength: 1, maxLength: 4 }).map(manifestOf);
const bundle = fc.record({
  manifest,
  evictable: fc.boolean(),
  lastUsedMs: fc.integer({ min: 0, max: 1000 }),
});

describe('the eviction plan', () => {
  it('keeps within the quota, never evicts what it may not, and nothing more than it must', () => {
    fc.assert(
      fc.property(
        manifest,
        fc.array(bundle, { maxLength: 8 }),
        fc.integer({ min: 0, max: 1500 }),
        (wanted, bundles, quotaBytes) => {
          const cached = bundles.map((each, index) => ({ ...each, digest: `bundle-${index}` }));
          const bytesWithout = (digests: readonly string[]) =>
            total([wanted, ...cached.filter((b) => !digests.includes(b.digest)).map((b) => b.manifest)]);
          const evictable = cached.filter((b) => b.evictable);
          let evicted: string[];
          try {
            evicted = planEviction([wanted], cached, quotaBytes);
          } catch {
            expect(bytesWithout(evictable.map((b) => b.digest))).toBeGreaterThan(quotaBytes);
            return;
          }
          expect(bytesWithout(evicted)).toBeLessThanOrEqual(quotaBytes);
          expect(evicted.every((digest) => evictable.some((b) => b.digest === digest))).toBe(true);
          if (evicted.length > 0) expect(bytesWithout(evicted.slice(0, -1))).toBeGreaterThan(quotaBytes);
          const used = (digest: string) => cached.find((b) => b.digest === digest)?.lastUsedMs ?? 0;
          const kept = evictable.filter((b) => !evicted.includes(b.digest));
          for (const digest of evicted) {
            for (const b of kept) expect(used(digest)).toBeLessThanOrEqual(b.lastUsedMs);
          }
        },
      ),
    );
  });
});
