import { createHash } from 'node:crypto';
import { canonicalManifest, type ModelManifest } from '../../shared/model-manifest.ts';

/** The model's digest, 64 hexadecimal digits: the name that gateway and nodes share for exactly these bytes. */
export function modelDigest(manifest: ModelManifest): string {
  return createHash('sha256').update(canonicalManifest(manifest)).digest('hex');
}
