import { isAbsolute } from 'node:path';
import { GataError } from '../../shared/gata-error.ts';
import { modelIdSchema } from '../../shared/model-manifest.ts';
import type { ModelSource } from './bundle-source.ts';
import { FolderSource } from './folder-source.ts';
import { HuggingFaceSource } from './hugging-face-source.ts';

/**
 * @param source an absolute folder path or a Hugging Face id `owner/name`.
 * @throws GataError `invalid-request` when it is neither.
 */
export async function openModelSource(source: string, huggingFaceUrl: string): Promise<ModelSource> {
  if (isAbsolute(source)) return FolderSource.open(source);
  if (modelIdSchema.safeParse(source).success && source.includes('/')) {
    return new HuggingFaceSource(source, huggingFaceUrl);
  }
  throw new GataError(
    'invalid-request',
    `"${source}" is neither an absolute folder path nor a Hugging Face id such as "owner/name".`,
    { param: 'source' },
  );
}
