import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import type { ImageClassifyInput, ImageClassifyOutput } from '../../shared/task.ts';
import type { JobHandle } from '../dispatch/job-handle.ts';
import { responseFacts } from './response-facts.ts';

/** `POST /v1/images/classifications`. */
export const imageClassificationRequestSchema = z.object({
  model: z.string().min(1).max(128),
  /** Base64 of a PNG, JPEG or WebP file, or a `data:` URL of it. */
  image: z.string().min(1),
  top_k: z.int().min(1).max(1000).nullish(),
});
export type ImageClassificationRequest = z.infer<typeof imageClassificationRequestSchema>;

export const imageClassificationSchema = z.object({
  id: z.string(),
  object: z.literal('image.classification'),
  created: z.int(),
  model: z.string(),
  labels: z.array(z.object({ label: z.string(), score: z.number() })),
});
export type ImageClassification = z.infer<typeof imageClassificationSchema>;

/** @throws GataError `invalid-image`. */
export function imageClassificationInput({ image, top_k }: ImageClassificationRequest): ImageClassifyInput {
  const base64 = image.replace(/^data:image\/[\w.+-]+;base64,/, '');
  if (!z.base64().safeParse(base64).success) {
    throw new GataError('invalid-image', 'The image is not valid base64.', { param: 'image' });
  }
  return { kind: 'image.classify', image: new Uint8Array(Buffer.from(base64, 'base64')), topK: top_k ?? 5 };
}

export function imageClassification(job: JobHandle, output: ImageClassifyOutput): ImageClassification {
  return { ...responseFacts(job, 'imgcls'), object: 'image.classification', labels: output.labels };
}
