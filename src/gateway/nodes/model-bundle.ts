import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { GataError } from '../../shared/gata-error.ts';
import {
  canonicalManifest,
  MANIFEST_FILE_NAME,
  type ModelFile,
  type ModelManifest,
  modelManifestSchema,
} from '../../shared/model-manifest.ts';

export interface ModelBundle {
  /** SHA-256 of the canonical manifest. */
  readonly digest: string;
  readonly manifest: ModelManifest;
  /** Where each file lies. */
  readonly files: readonly { readonly entry: ModelFile; readonly file: string }[];
}

/** Reads a bundle and checks every file against its manifest. @throws GataError `corrupt-bundle`. */
export async function readModelBundle(folder: string): Promise<ModelBundle> {
  const manifest = await readManifest(folder);
  const files = await Promise.all(
    manifest.files.map(async (entry) => ({ entry, file: await checkFile(folder, entry) })),
  );
  const digest = createHash('sha256').update(canonicalManifest(manifest)).digest('hex');
  return { digest, manifest, files };
}

async function readManifest(folder: string): Promise<ModelManifest> {
  const file = path.join(folder, MANIFEST_FILE_NAME);
  try {
    return modelManifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new GataError('corrupt-bundle', `${file} is missing or is no model manifest.`, { cause: error });
  }
}

async function checkFile(folder: string, entry: ModelFile): Promise<string> {
  const file = path.join(folder, ...entry.path.split('/'));
  const hash = createHash('sha256');
  try {
    const { size } = await stat(file);
    if (size !== entry.bytes) {
      throw new GataError('corrupt-bundle', `${file} has ${size} bytes; the manifest says ${entry.bytes}.`);
    }
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if (error instanceof GataError) throw error;
    throw new GataError('corrupt-bundle', `${file} cannot be read.`, { cause: error });
  }
  if (hash.digest('hex') !== entry.sha256) {
    throw new GataError('corrupt-bundle', `${file} does not have the SHA-256 that the manifest says.`);
  }
  return file;
}
