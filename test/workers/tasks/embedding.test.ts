import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddingOutput } from '../../../src/shared/task.ts';
import { type LoadedModel, loadModel } from '../../../src/workers/model/load-model.ts';
import { demoModel } from '../../support/demo-models.ts';

let model: LoadedModel;
beforeAll(async () => {
  model = await loadModel({ ...demoModel('npc-chat'), providers: ['cpu'], threads: 1 }, () => {});
});
afterAll(() => model[Symbol.asyncDispose]());

async function embed(texts: string[]): Promise<{ output: EmbeddingOutput; vectors: Float32Array[] }> {
  const output = await model.run({ kind: 'embedding', texts });
  if (output.kind !== 'embedding') throw new Error(output.kind);
  const all = new Float32Array(new Uint8Array(output.vectors).buffer);
  const vectors = texts.map((_, index) =>
    all.slice(index * output.dimensions, (index + 1) * output.dimensions),
  );
  return { output, vectors };
}

describe('EmbeddingTask', () => {
  it('gives a vector of length 1 per text, an empty one included', async () => {
    const { output, vectors } = await embed(['Where is the dragon?', '', 'Well met, traveller.']);
    expect(output.vectors).toHaveLength(3 * output.dimensions * 4);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  it('gives each text, in order, the vector it has alone', async () => {
    const texts = Array.from({ length: 40 }, (_, index) =>
      'The smith asks for iron. '.repeat((index * 7) % 11),
    );
    const { vectors } = await embed(texts);
    for (const index of [0, 13, 39]) {
      const { vectors: alone } = await embed([texts[index] ?? '']);
      vectors[index]?.forEach((value, axis) => {
        expect(value).toBeCloseTo(alone[0]?.[axis] ?? Number.NaN, 4);
      });
    }
  });

  it('refuses a text longer than the context, and says which', async () => {
    await expect(embed(['short', 'dragon '.repeat(600)])).rejects.toMatchObject({
      code: 'context-length-exceeded',
      message: expect.stringContaining('Text 1'),
    });
  });
});
