import { z } from 'zod';
import { sha256Schema } from './model-manifest.ts';

/** What a library teaches ONNX Runtime that its own binaries do not know. */
export const pluginProviderSchema = z.enum(['cuda', 'tensorrt']);
export type PluginProvider = z.infer<typeof pluginProviderSchema>;

/** Such as `cuda-win32-x64`. */
export const providerLibraryIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

/** What Windows takes for a device, whatever its ending. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A plain file name on every system: libraries of one provider lie in one folder. */
const fileNameSchema = z
  .string()
  .regex(/^\w(?:[\w.+-]{0,126}[\w+-])?$/, 'must be a plain file name')
  .refine((name) => !DEVICE_NAME.test(name) && !name.endsWith('.partial'), 'must not be a reserved name');

/** Files come over https; over http only from this machine. */
export function isFetchable(url: string): boolean {
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  );
}

const libraryFileSchema = z.strictObject({
  name: fileNameSchema,
  url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .refine(isFetchable, 'must be an https address without a login'),
  bytes: z.int().positive(),
  sha256: sha256Schema,
});
export type LibraryFile = z.infer<typeof libraryFileSchema>;

/**
 * A provider's libraries for one platform, as the signed manifest (`provider-manifest.ts`) has it. Every byte is
 * pinned: a file is used only while its SHA-256 is the one named here.
 */
export const providerLibrarySchema = z
  .strictObject({
    id: providerLibraryIdSchema,
    provider: pluginProviderSchema,
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    platform: z.enum(['linux', 'win32']),
    architecture: z.enum(['x64', 'arm64']),
    /** The ORT API version that it was built for; older runtimes cannot load it. */
    ortApiVersion: z.int().positive(),
    /** The oldest driver that it works with, such as `580.65`; null: any. */
    minimumDriver: z
      .string()
      .regex(/^\d+(\.\d+)*$/)
      .nullable(),
    licence: z.strictObject({
      name: z.string().min(1).max(128),
      url: z.url({ protocol: /^https$/ }).max(2048),
      text: z.string().max(100_000),
    }),
    /** The library that ONNX Runtime is told to load; the others lie beside it. */
    entryFile: fileNameSchema,
    files: z.array(libraryFileSchema).min(1).max(64),
  })
  .refine(
    ({ entryFile, files }) => files.some(({ name }) => name === entryFile),
    'does not list its entry file',
  )
  .refine(
    // Windows does not tell Name from name.
    ({ files }) => new Set(files.map(({ name }) => name.toLowerCase())).size === files.length,
    'lists a file twice',
  );
export type ProviderLibrary = z.infer<typeof providerLibrarySchema>;

/** The size of all its files together. */
export function libraryBytes({ files }: Pick<ProviderLibrary, 'files'>): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
