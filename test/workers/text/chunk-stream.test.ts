import { describe, expect, it } from 'vitest';
import type { GenerationChunk } from '../../../src/shared/task.ts';
import { ChunkStream } from '../../../src/workers/text/chunk-stream.ts';
import { Generation } from '../../../src/workers/text/generation.ts';

function stream(from = { tokens: [] as number[], text: '' }) {
  const chunks: GenerationChunk[] = [];
  const generation = new Generation(
    { maxTokens: 1000, minTokens: 0, stop: [], endTokens: new Set() },
    (tokens) => 'x'.repeat(tokens.length),
  );
  return { chunks, generation, stream: new ChunkStream(from, (chunk) => chunks.push(chunk)) };
}

describe('ChunkStream', () => {
  it('sends the first token at once and gathers those that follow quickly', () => {
    const { chunks, generation, stream: sent } = stream();
    for (let token = 0; token < 50; token++) {
      generation.accept(token);
      sent.update(generation);
    }
    sent.flush(generation);
    expect(chunks[0]).toEqual({ tokenOffset: 0, tokens: [0], textOffset: 0, text: 'x' });
    expect(chunks.length).toBeLessThan(10);
    expect(chunks.flatMap((chunk) => chunk.tokens)).toEqual(generation.tokens);
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(generation.text);
  });

  it('sends nothing that the buyer has already', () => {
    const { chunks, generation, stream: sent } = stream({ tokens: [0, 1, 2], text: 'xx' });
    for (let token = 0; token < 4; token++) generation.accept(token);
    sent.flush(generation);
    sent.flush(generation);
    expect(chunks).toEqual([{ tokenOffset: 3, tokens: [3], textOffset: 2, text: 'xx' }]);
  });
});
