import { describe, expect, it } from 'vitest';
import { Generation, type GenerationLimits } from '../../../src/workers/text/generation.ts';

const END = 0;
/** Token n is the n-th letter. */
const decode = (tokens: readonly number[]): string =>
  tokens.map((token) => String.fromCharCode(96 + token)).join('');

function generate(tokens: readonly number[], limits: Partial<GenerationLimits> = {}): Generation {
  const generation = new Generation(
    { maxTokens: 100, minTokens: 0, stop: [], endTokens: new Set([END]), ...limits },
    decode,
  );
  for (const token of tokens) if (generation.finishReason === undefined) generation.accept(token);
  return generation;
}

describe('Generation', () => {
  it('ends with stop at the end token, which has no text', () => {
    const generation = generate([1, 2, END, 3]);
    expect(generation).toMatchObject({ text: 'ab', finishReason: 'stop', tokens: [1, 2, END] });
  });

  it('ends with length at the last token allowed, and gives out what was held back', () => {
    expect(generate([1, 2, 3], { maxTokens: 2, stop: ['bx'] })).toMatchObject({
      text: 'ab',
      finishReason: 'length',
    });
  });

  it('ends before a stop string that spans tokens', () => {
    expect(generate([1, 2, 3, 4], { stop: ['bc'] })).toMatchObject({
      text: 'a',
      finishReason: 'stop',
      tokens: [1, 2, 3],
    });
  });

  it('must go on until the fewest tokens are there', () => {
    const generation = generate([1], { minTokens: 2, stop: ['a'] });
    expect(generation).toMatchObject({ text: 'a', finishReason: undefined, mustGoOn: true });
  });
});
