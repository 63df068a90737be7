import { z } from 'zod';
import { taskKindSchema } from './task.ts';

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

/** A relative path inside a bundle: forward slashes, no `.` or `..` segment, no drive, nothing absolute. */
const bundlePathSchema = z
  .string()
  .min(1)
  .max(255)
  .refine((path) => path.split('/').every((segment) => /^[\w][\w.@+-]*$/.test(segment)), {
    error: 'must be a relative path of plain names inside the bundle',
  });

const modelFileSchema = z.object({
  path: bundlePathSchema,
  bytes: z.int().nonnegative(),
  sha256: sha256Schema,
});
export type ModelFile = z.infer<typeof modelFileSchema>;

export const modelIdSchema = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9][\w.-]*(\/[\w.-]+)?$/, 'must be a name or owner/name');

/** The name of the manifest file in a bundle's folder; the other files are in Hugging Face's layout. */
export const MANIFEST_FILE_NAME = 'gata-model.json';

export const modelManifestSchema = z
  .object({
    schemaVersion: z.literal(1),
    id: modelIdSchema,
    name: z.string().min(1).max(128),
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    description: z.string().max(2000),
    licence: z.string().max(128),
    /** A demo model is shown as such. */
    demo: z.boolean(),
    tasks: z.array(taskKindSchema).min(1),
    /** Prompt and generation together; for models that read tokens. */
    contextTokens: z.int().positive().optional(),
    parameters: z.int().positive().optional(),
    files: z.array(modelFileSchema).min(1).max(512),
  })
  .refine((manifest) => new Set(manifest.files.map((file) => file.path)).size === manifest.files.length, {
    error: 'lists a file twice',
  });
export type ModelManifest = z.infer<typeof modelManifestSchema>;

/** Size of the whole bundle without its manifest, in bytes. */
export function bundleBytes(manifest: ModelManifest): number {
  return manifest.files.reduce((sum, file) => sum + file.bytes, 0);
}

/**
 * The text whose SHA-256 (hexadecimal) is the model's *digest*, the name by which gateway and nodes mean
 * exactly the same bytes: the manifest's fields in schema order, files sorted by path, no spaces.
 */
export function canonicalManifest(manifest: ModelManifest): string {
  const parsed = modelManifestSchema.parse(manifest);
  const files = [...parsed.files]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 }));
  const { schemaVersion, id, name, version, description, licence, demo, tasks, contextTokens, parameters } =
    parsed;
  return JSON.stringify({
    schemaVersion,
    id,
    name,
    version,
    description,
    licence,
    demo,
    tasks,
    contextTokens,
    parameters,
    files,
  });
}
