import { z } from 'zod';
import type { BundleFolder } from '../model/bundle-folder.ts';
import type { ModelConfig } from '../model/model-config.ts';

const edgeSchema = z.int().min(1).max(4096);
const sizeSchema = z.union([
  edgeSchema.transform((edge) => ({ height: edge, width: edge })),
  z.object({ height: edgeSchema, width: edgeSchema }),
  z.object({ shortest_edge: edgeSchema }).transform((size) => ({ shortestEdge: size.shortest_edge })),
]);

const preprocessorFileSchema = z.object({
  num_channels: z.int().nullish(),
  do_convert_grayscale: z.boolean().nullish(),
  do_resize: z.boolean().nullish(),
  size: sizeSchema.nullish(),
  /** Pillow's number of the resampling filter. */
  resample: z.int().nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: sizeSchema.nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: z.array(z.number()).nullish(),
  image_std: z.array(z.number()).nullish(),
});

type ResizeKernel = 'nearest' | 'linear' | 'cubic' | 'lanczos3';
/** By Pillow's numbers; box and hamming have no counterpart and become linear. */
const KERNELS: Readonly<Record<number, ResizeKernel>> = { 0: 'nearest', 1: 'lanczos3', 3: 'cubic' };

type Size = z.infer<typeof sizeSchema>;

/** How an image becomes a model's input, as `preprocessor_config.json` tells. */
export interface ImagePreparation {
  readonly channels: 1 | 3;
  readonly resize: { readonly size: Size; readonly kernel: ResizeKernel } | undefined;
  readonly crop: Size | undefined;
  readonly rescale: number;
  /** Per channel; the value becomes (value * rescale - mean) / deviation. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** @throws GataError `corrupt-bundle` when the file is missing or not in Hugging Face's format. */
export async function readImagePreparation(
  bundle: BundleFolder,
  config: ModelConfig,
): Promise<ImagePreparation> {
  const file = await bundle.requireJson('preprocessor_config.json', preprocessorFileSchema);
  const isGrey = (file.num_channels ?? config.channels) === 1 || file.do_convert_grayscale === true;
  const channels = isGrey ? 1 : 3;
  const isNormalised = file.do_normalize !== false && file.image_mean && file.image_std;
  const size = file.do_resize === false ? undefined : file.size;
  return {
    channels,
    resize: size ? { size, kernel: KERNELS[file.resample ?? 2] ?? 'linear' } : undefined,
    crop: file.do_center_crop ? (file.crop_size ?? undefined) : undefined,
    rescale: file.do_rescale === false ? 1 : (file.rescale_factor ?? 1 / 255),
    mean: perChannel((isNormalised ? file.image_mean : null) ?? [0], channels),
    deviation: perChannel((isNormalised ? file.image_std : null) ?? [1], channels),
  };
}

function perChannel(values: readonly number[], channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) => values[channel] ?? values[0] ?? 0);
}
