import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRates } from '../../../src/gateway/ledger/read-rates.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const RATES = {
  'text.generate': { weiPerTokenRead: '1', weiPerTokenGenerated: '20000000000000000001' },
  embedding: { weiPerTokenRead: '2' },
  'image.classify': { weiPerJob: '3' },
  'onnx.run': { weiPerJob: '4' },
};

function write(content: unknown): string {
  const file = path.join(folder.path, 'rates.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe("an operator's rates", () => {
  it('keep every digit', async () => {
    expect(await readRates(write(RATES))).toEqual({
      'text.generate': { weiPerTokenRead: 1n, weiPerTokenGenerated: 20_000_000_000_000_000_001n },
      embedding: { weiPerTokenRead: 2n },
      'image.classify': { weiPerJob: 3n },
      'onnx.run': { weiPerJob: 4n },
    });
  });

  it.each([
    ['that is not there', undefined, 'ENOENT'],
    ['that is not JSON', '{', 'it is not JSON'],
    ['with a kind too few', { ...RATES, embedding: undefined }, 'embedding: '],
    ['with a kind too many', { ...RATES, poem: {} }, 'poem'],
    [
      'with a number',
      { ...RATES, 'onnx.run': { weiPerJob: 4 } },
      'onnx.run.weiPerJob: write the rate as a string',
    ],
    [
      'with a fraction',
      { ...RATES, 'onnx.run': { weiPerJob: '0.5' } },
      'onnx.run.weiPerJob: write the rate as digits',
    ],
    ['with a negative rate', { ...RATES, 'onnx.run': { weiPerJob: '-5' } }, 'onnx.run.weiPerJob: write'],
    [
      'with a rate beyond reason',
      { ...RATES, embedding: { weiPerTokenRead: `1${'0'.repeat(30)}` } },
      'at most',
    ],
    [
      'with a misspelt field',
      { ...RATES, embedding: { weiPerTokenRead: '1', weiPerTken: '1' } },
      'weiPerTken',
    ],
  ])('are refused in a file %s, with the reason', async (_what, content, reason) => {
    const file = content === undefined ? path.join(folder.path, 'missing.json') : write(content);
    await expect(readRates(file)).rejects.toMatchObject({
      code: 'invalid-settings',
      message: expect.stringContaining(reason),
    });
  });
});
