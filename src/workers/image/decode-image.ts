import type Sharp from 'sharp';
import { GataError } from '../../shared/gata-error.ts';
import type { ImagePreparation } from './image-preparation.ts';

/** 64 megapixels: larger pictures are refused before they take memory. */
const PIXELS_LIMIT = 64 * 1024 * 1024;
const FORMATS: readonly string[] = ['png', 'jpeg', 'webp'];

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue bytes of each pixel, row by row. */
  readonly rgb: Uint8Array;
}

/**
 * Decodes a PNG, JPEG or WebP file and brings it to the model's size.
 * @throws GataError `invalid-image`.
 */
export async function decodeImage(
  sharp: typeof Sharp,
  image: Uint8Array,
  { resize, crop }: Pick<ImagePreparation, 'resize' | 'crop'>,
): Promise<Pixels> {
  try {
    const source = sharp(image, { limitInputPixels: PIXELS_LIMIT, failOn: 'error', autoOrient: true });
    const { format } = await source.metadata();
    if (format === undefined || !FORMATS.includes(format)) throw new Error(`The format is ${format}.`);
    let pipeline = source.toColourspace('srgb').removeAlpha();
    if (resize !== undefined) {
      const { size, kernel } = resize;
      pipeline =
        'shortestEdge' in size
          ? pipeline.resize(size.shortestEdge, size.shortestEdge, { fit: 'outside', kernel })
          : pipeline.resize(size.width, size.height, { fit: 'fill', kernel });
    }
    let { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    if (crop !== undefined) {
      const width = 'shortestEdge' in crop ? crop.shortestEdge : crop.width;
      const height = 'shortestEdge' in crop ? crop.shortestEdge : crop.height;
      const raw = { width: info.width, height: info.height, channels: info.channels };
      const cropped = sharp(data, { raw }).resize(width, height, { fit: 'cover', kernel: 'linear' });
      ({ data, info } = await cropped.raw().toBuffer({ resolveWithObject: true }));
    }
    if (info.channels !== 3) throw new Error(`The image has ${info.channels} channels.`);
    return { width: info.width, height: info.height, rgb: data };
  } catch (error) {
    throw new GataError(
      'invalid-image',
      'The image is no readable PNG, JPEG or WebP file of at most 64 megapixels.',
      {
        cause: error,
        param: 'image',
      },
    );
  }
}
