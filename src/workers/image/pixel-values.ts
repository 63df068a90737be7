import type { Pixels } from './decode-image.ts';
import type { ImagePreparation } from './image-preparation.ts';

/** The model's `[channels, height, width]` input of an image. */
export function pixelValues(
  { width, height, rgb }: Pixels,
  {
    channels,
    rescale,
    mean,
    deviation,
  }: Pick<ImagePreparation, 'channels' | 'rescale' | 'mean' | 'deviation'>,
): Float32Array {
  const area = width * height;
  const values = new Float32Array(channels * area);
  for (let channel = 0; channel < channels; channel++) {
    const shift = mean[channel] ?? 0;
    const scale = deviation[channel] ?? 1;
    for (let pixel = 0; pixel < area; pixel++) {
      const byte = channels === 1 ? luma(rgb, pixel * 3) : (rgb[pixel * 3 + channel] ?? 0);
      values[channel * area + pixel] = (byte * rescale - shift) / scale;
    }
  }
  return values;
}

/** Brightness by ITU-R BT.601 in Pillow's fixed-point form, which models are trained with. */
function luma(rgb: Uint8Array, at: number): number {
  return ((rgb[at] ?? 0) * 19595 + (rgb[at + 1] ?? 0) * 38470 + (rgb[at + 2] ?? 0) * 7471 + 0x8000) >>> 16;
}
