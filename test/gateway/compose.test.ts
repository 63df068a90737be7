import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generates, inputOf, ScriptedNode } from '../support/scripted-node.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';

const TALE = { pieces: ['Once', ' upon', ' a', ' time', '.'] };
const ask = { model: 'npc-chat', messages: [{ role: 'user' as const, content: 'Hello!' }] };

describe('a gateway with a node', () => {
  let gateway: TestGateway;
  let node: ScriptedNode;

  beforeAll(async () => {
    gateway = await startTestGateway();
    node = await ScriptedNode.connect(gateway.url, { behaviour: generates(TALE) });
  });
  afterAll(async () => {
    await node[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
  });

  it('answers a chat completion with what the node generated', async () => {
    const answer = await gateway.client.chat.completions.create({ ...ask, max_tokens: 9, stop: 'END' });
    expect(answer.choices[0]?.message.content).toBe('Once upon a time.');
    expect(answer.usage).toEqual({ prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 });
    const offer = node.messages('offer').at(-1);
    expect(offer && inputOf(offer)).toMatchObject({
      kind: 'text.generate',
      prompt: { messages: [{ role: 'user', content: 'Hello!' }] },
      sampling: { maxTokens: 9, stop: ['END'] },
    });
  });

  it('streams it piece by piece and ends with the usage when asked', async () => {
    const stream = await gateway.client.chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    const texts: string[] = [];
    let last: unknown;
    for await (const chunk of stream) {
      texts.push(chunk.choices[0]?.delta.content ?? '');
      last = chunk.usage;
    }
    expect(texts.join('')).toBe('Once upon a time.');
    expect(last).toEqual({ prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 });
  });
});
