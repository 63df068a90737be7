import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  GenerationChunk,
  GenerationProgress,
  Sampling,
  TextGenerateInput,
  TextGenerateOutput,
} from '../../../src/shared/task.ts';
import { type LoadedModel, loadModel } from '../../../src/workers/model/load-model.ts';
import { demoModel } from '../../support/demo-models.ts';

let model: LoadedModel;
beforeAll(async () => {
  model = await loadModel({ ...demoModel('npc-chat'), providers: ['cpu'], threads: 1 }, () => {});
});
afterAll(() => model[Symbol.asyncDispose]());

const defaults: Sampling = { temperature: 1, topP: 1, topK: 0, minTokens: 0, stop: [], seed: 11 };
const hello: TextGenerateInput['prompt'] = { messages: [{ role: 'user', content: 'Hello, who are you?' }] };

async function generate(
  sampling: Partial<Sampling> = {},
  prompt = hello,
  resume?: GenerationProgress,
): Promise<{ output: TextGenerateOutput; chunks: GenerationChunk[] }> {
  const chunks: GenerationChunk[] = [];
  const output = await model.run(
    { kind: 'text.generate', prompt, sampling: { ...defaults, ...sampling } },
    { resume, onChunk: (chunk) => chunks.push(chunk) },
  );
  if (output.kind !== 'text.generate') throw new Error(output.kind);
  return { output, chunks };
}

describe('TextGenerateTask', () => {
  it('streams exactly what the result holds', async () => {
    const { output, chunks } = await generate({ maxTokens: 80, minTokens: 80 });
    expect(output).toMatchObject({ finishReason: 'length' });
    expect(output.tokens).toHaveLength(80);
    expect(chunks.flatMap((chunk) => chunk.tokens)).toEqual(output.tokens);
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(output.text);
    expect(chunks[0]?.tokens).toHaveLength(1);
  });

  it('gives the same tokens for the same seed, and others for another', async () => {
    const limits = { maxTokens: 40, minTokens: 40, temperature: 1.5 };
    const first = await generate({ ...limits, seed: 5 });
    const again = await generate({ ...limits, seed: 5 });
    const other = await generate({ ...limits, seed: 6 });
    expect(again.output.tokens).toEqual(first.output.tokens);
    expect(other.output.tokens).not.toEqual(first.output.tokens);
  });

  it.each([0, 1, 7, 39])('continues after %i tokens as if it had never stopped', async (count) => {
    const sampling = { maxTokens: 40, minTokens: 40, topP: 0.95, topK: 50 };
    const { output: whole } = await generate(sampling);
    const chunks: GenerationChunk[] = [];
    const { output: begun } = await generate({
      ...sampling,
      maxTokens: Math.max(1, count),
      minTokens: Math.max(1, count),
    });
    const text = count === 0 ? '' : begun.text.slice(0, Math.max(0, begun.text.length - 3));
    const tokens = whole.tokens.slice(0, count);
    const continued = await generate(sampling, hello, { tokens, text });
    chunks.push(...continued.chunks);
    expect(continued.output).toEqual(whole);
    expect(chunks[0]).toMatchObject({ tokenOffset: count, textOffset: text.length });
    expect(text + chunks.map((chunk) => chunk.text).join('')).toBe(whole.text);
  });

  it('ends at once when the generation to continue was over', async () => {
    const { output } = await generate({ maxTokens: 5, minTokens: 5 });
    const continued = await generate({ maxTokens: 5, minTokens: 5 }, hello, output);
    expect(continued.output).toEqual(output);
    expect(continued.chunks).toEqual([]);
  });

  it('refuses to continue text that its tokens do not make', async () => {
    const resume = { tokens: [50], text: 'something else' };
    await expect(generate({}, hello, resume)).rejects.toMatchObject({
      code: 'invalid-request',
      param: 'resume',
    });
  });

  it('ends before a stop string', async () => {
    const { output: whole } = await generate({ maxTokens: 60, minTokens: 60, temperature: 0 });
    const stop = whole.text.slice(12, 16);
    const { output } = await generate({ maxTokens: 60, temperature: 0, stop: [stop] });
    expect(output.finishReason).toBe('stop');
    expect(output.text).toBe(whole.text.slice(0, whole.text.indexOf(stop)));
  });

  it('fills the context when no limit is given', async () => {
    const { output } = await generate({ minTokens: 512 });
    expect(output.promptTokens + output.tokens.length).toBe(512);
    expect(output.finishReason).toBe('length');
  });

  it('continues a text prompt without the chat template', async () => {
    const { output } = await generate({ maxTokens: 3, minTokens: 3 }, { text: 'The village' });
    expect(output.promptTokens).toBeLessThan(10);
    expect(output.tokens).toHaveLength(3);
  });

  it('refuses a prompt that leaves no room, with the numbers', async () => {
    const text = 'dragon '.repeat(600);
    await expect(generate({}, { text })).rejects.toMatchObject({
      code: 'context-length-exceeded',
      message: expect.stringMatching(/\d{3,} tokens, and the model holds 512/),
    });
  });

  it('lets other work of the process run between tokens', async () => {
    let turns = 0;
    const counter = setInterval(() => turns++, 1);
    await generate({ maxTokens: 100, minTokens: 100 });
    clearInterval(counter);
    expect(turns).toBeGreaterThan(5);
  });
});
