import { describe, expect, it } from 'vitest';
import { pixelValues } from '../../../src/workers/image/pixel-values.ts';

const twoPixels = { width: 2, height: 1, rgb: Uint8Array.from([255, 0, 0, 10, 20, 30]) };

describe('pixelValues', () => {
  it('puts one channel after another, rescaled and normalised', () => {
    const values = pixelValues(twoPixels, {
      channels: 3,
      rescale: 0.1,
      mean: [1, 0, 0],
      deviation: [0.5, 1, 2],
    });
    expect([...values]).toEqual([49, 0, 0, 2, 0, 1.5].map((value) => expect.closeTo(value, 4)));
  });

  it('weighs red, green and blue as Pillow does for one channel', () => {
    const values = pixelValues(twoPixels, { channels: 1, rescale: 1, mean: [0], deviation: [1] });
    expect([...values]).toEqual([76, 18]);
  });
});
