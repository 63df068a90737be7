import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { WorkerModel } from '../../src/agent/jobs/worker-process.ts';
import { MANIFEST_FILE_NAME, modelManifestSchema } from '../../src/shared/model-manifest.ts';

const assets = path.resolve(import.meta.dirname, '../../assets');

/** A model bundle that comes with Gata. */
export function demoModel(id: 'npc-chat' | 'digits'): WorkerModel {
  const folder = path.join(assets, 'models', id);
  const text = readFileSync(path.join(folder, MANIFEST_FILE_NAME), 'utf8');
  return { folder, manifest: modelManifestSchema.parse(JSON.parse(text)) };
}

const heldOutSchema = z.array(z.object({ label: z.coerce.string(), png: z.string() }));

/** Handwritten digits that the digits model was not trained on. */
export function heldOutDigits(): { label: string; png: Uint8Array<ArrayBuffer> }[] {
  const text = readFileSync(path.join(assets, 'samples/digits-held-out.json'), 'utf8');
  return heldOutSchema
    .parse(JSON.parse(text))
    .map(({ label, png }) => ({ label, png: Buffer.from(png, 'base64') }));
}
