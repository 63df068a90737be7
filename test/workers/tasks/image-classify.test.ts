import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadedModel, loadModel } from '../../../src/workers/model/load-model.ts';
import { demoModel, heldOutDigits } from '../../support/demo-models.ts';

let model: LoadedModel;
beforeAll(async () => {
  model = await loadModel({ ...demoModel('digits'), providers: ['cpu'], threads: 1 }, () => {});
});
afterAll(() => model[Symbol.asyncDispose]());

async function classify(
  image: Uint8Array<ArrayBuffer>,
  topK = 3,
): Promise<{ label: string; score: number }[]> {
  const output = await model.run({ kind: 'image.classify', image, topK });
  if (output.kind !== 'image.classify') throw new Error(output.kind);
  return output.labels;
}

describe('ImageClassifyTask', () => {
  it('reads handwritten digits that it has not seen', async () => {
    const digits = heldOutDigits();
    let correct = 0;
    for (const { label, png } of digits) if ((await classify(png))[0]?.label === label) correct++;
    expect(correct / digits.length).toBeGreaterThanOrEqual(0.97);
  });

  it('gives as many labels as wanted, most probable first, probabilities that sum to 1', async () => {
    const [digit] = heldOutDigits();
    const labels = await classify(digit?.png ?? new Uint8Array(), 10);
    expect(labels.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 6);
    expect(labels.map(({ score }) => score)).toEqual(
      labels.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    expect(await classify(digit?.png ?? new Uint8Array(), 2)).toHaveLength(2);
  });

  it.each(['png', 'jpeg', 'webp'] as const)('reads %s files, in colour and of any size', async (format) => {
    const [digit] = heldOutDigits();
    const large = await sharp(digit?.png)
      .resize(64, 64, { kernel: 'cubic' })
      .toColourspace('srgb')
      .toFormat(format)
      .toBuffer();
    expect((await classify(large))[0]?.label).toBe(digit?.label);
  });

  it.each([
    ['no image at all', Buffer.from('hello')],
    ['an empty file', Buffer.alloc(0)],
    ['a vector drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')],
    ['half a file', heldOutDigits()[0]?.png.subarray(0, 50) ?? Buffer.alloc(0)],
  ])('refuses %s', async (_, image) => {
    await expect(classify(image)).rejects.toMatchObject({ code: 'invalid-image', param: 'image' });
  });

  it('refuses a small file that unpacks to more pixels than the limit', async () => {
    const bomb = await sharp({
      create: { width: 12_000, height: 12_000, channels: 3, background: '#000' },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(2_000_000);
    await expect(classify(bomb)).rejects.toMatchObject({ code: 'invalid-image' });
  });
});
