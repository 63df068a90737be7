import { randomUUID } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TaskOutput } from '../../../src/shared/task.ts';
import { generates, inputOf, returns, ScriptedNode } from '../../support/scripted-node.ts';
import { openAIClient, startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

const TALE = { pieces: ['Once', ' upon', ' a', ' time', '.'] };
const TEXT = TALE.pieces.join('');
const messages = [{ role: 'user' as const, content: 'Hello!' }];

let gateway: TestGateway;
let node: ScriptedNode;

beforeAll(async () => {
  gateway = await startTestGateway();
  node = await ScriptedNode.connect(gateway.url, { behaviour: generates(TALE) });
});
beforeEach(() => {
  node.behave(generates(TALE));
  node.received.length = 0;
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

async function post(
  route: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(`${gateway.url}/v1${route}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${gateway.apiKey}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function lastInput() {
  const offer = node.messages('offer').at(-1);
  if (offer === undefined) throw new Error('No offer came.');
  return inputOf(offer);
}

describe('models', () => {
  it('are listed with what they do', async () => {
    const { data } = await gateway.client.models.list();
    expect(data).toMatchObject([
      { id: 'npc-chat', object: 'model', owned_by: 'gata', demo: true, context_tokens: 512 },
      { id: 'digits', tasks: ['image.classify', 'onnx.run'], context_tokens: null },
    ]);
  });
});

describe('chat completions', () => {
  it('hand over the conversation and the sampling under their own names', async () => {
    await post('/chat/completions', {
      model: 'npc-chat',
      messages: [
        { role: 'developer', content: 'You are a smith.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'A ' },
            { type: 'text', text: 'sword?' },
          ],
        },
      ],
      temperature: 0,
      top_p: 0.5,
      top_k: 7,
      seed: 11,
      max_tokens: 3,
      max_completion_tokens: 4,
      min_tokens: 2,
      stop: ['a', 'b'],
      user: 'someone',
      store: false,
      n: 1,
      tools: [],
      logit_bias: null,
    });
    expect(lastInput()).toEqual({
      kind: 'text.generate',
      prompt: {
        messages: [
          { role: 'system', content: 'You are a smith.' },
          { role: 'user', content: 'A sword?' },
        ],
      },
      sampling: {
        temperature: 0,
        topP: 0.5,
        topK: 7,
        seed: 11,
        maxTokens: 4,
        minTokens: 2,
        stop: ['a', 'b'],
      },
    });
  });

  it('are streamed as server-sent events with the role first and [DONE] last', async () => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.apiKey}` },
      body: JSON.stringify({ model: 'npc-chat', messages, stream: true }),
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const jobId = response.headers.get('x-gata-job-id') ?? '';
    const events = (await response.text()).split('\n\n').filter((event) => event !== '');
    expect(events.at(-1)).toBe('data: [DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.replace(/^data: /, '')));
    expect(chunks[0]).toMatchObject({
      id: `chatcmpl-${jobId.replaceAll('-', '')}`,
      object: 'chat.completion.chunk',
      choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: null }],
    });
    expect(chunks.at(-1).choices).toEqual([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['several choices', { n: 2 }, 'n'],
    ['tools', { tools: [{ type: 'function' }] }, 'tools'],
    ['JSON mode', { response_format: { type: 'json_object' } }, 'response_format.type'],
    ['log probabilities', { logprobs: true }, 'logprobs'],
    ['penalties', { presence_penalty: 0.5 }, 'presence_penalty'],
    ['logit bias', { logit_bias: { 50: 1 } }, 'logit_bias'],
    ['a temperature out of range', { temperature: 3 }, 'temperature'],
    ['no tokens at all', { max_tokens: 0 }, 'max_tokens'],
    ['an empty conversation', { messages: [] }, 'messages'],
    ['a message without content', { messages: [{ role: 'user' }] }, 'messages.0.content'],
    ['a tool message', { messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role'],
  ])('refuse %s and name the field', async (_what, fields, param) => {
    const { status, body } = await post('/chat/completions', { model: 'npc-chat', messages, ...fields });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid-request', param } });
    expect(node.messages('offer')).toEqual([]);
  });
});

describe('completions', () => {
  it('answer a prompt, streamed or not', async () => {
    const request = { model: 'npc-chat', prompt: 'Once' };
    const whole = await gateway.client.completions.create(request);
    expect(whole).toMatchObject({
      object: 'text_completion',
      choices: [{ text: TEXT, finish_reason: 'stop' }],
    });
    expect(lastInput()).toMatchObject({ prompt: { text: 'Once' }, sampling: { maxTokens: 16 } });
    let text = '';
    for await (const chunk of await gateway.client.completions.create({ ...request, stream: true })) {
      text += chunk.choices[0]?.text ?? '';
    }
    expect(text).toBe(TEXT);
  });
});

describe('embeddings', () => {
  const vectors = new Float32Array([0.6, 0.8, 1, 0]);
  const output: TaskOutput = {
    kind: 'embedding',
    dimensions: 2,
    vectors: new Uint8Array(vectors.buffer),
    promptTokens: 5,
  };

  it('come as the same numbers in base64 and as floats', async () => {
    node.behave(returns(output));
    const request = { model: 'npc-chat', input: ['a', 'b'] };
    const packed = await gateway.client.embeddings.create(request);
    const plain = await gateway.client.embeddings.create({ ...request, encoding_format: 'float' });
    for (const answer of [packed, plain]) {
      expect(answer.data.map(({ embedding }) => Array.from(embedding))).toEqual([
        [...vectors.slice(0, 2)],
        [...vectors.slice(2)],
      ]);
      expect(answer.usage).toEqual({ prompt_tokens: 5, total_tokens: 5 });
    }
  });

  it("refuse tokens and dimensions of one's own", async () => {
    expect((await post('/embeddings', { model: 'npc-chat', input: [1, 2] })).status).toBe(400);
    const { body } = await post('/embeddings', { model: 'npc-chat', input: 'a', dimensions: 3 });
    expect(body).toMatchObject({ error: { param: 'dimensions' } });
  });
});

describe('ONNX runs', () => {
  it('take and give tensors of any type', async () => {
    node.behave(async (offer, self) => {
      const input = inputOf(offer);
      if (input.kind !== 'onnx.run') throw new Error('Another kind.');
      await returns({ kind: 'onnx.run', outputs: input.inputs })(offer, self);
    });
    const inputs = {
      big: { type: 'int64', shape: [2], data: ['-1', 2] },
      words: { type: 'string', shape: [1, 2], data: ['a', 'b'] },
      empty: { type: 'float32', shape: [0], data: [] },
    };
    const { status, headers, body } = await post('/onnx/runs', { model: 'digits', inputs, outputs: ['big'] });
    expect(status).toBe(200);
    expect(headers.get('x-gata-job-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(lastInput()).toMatchObject({ outputs: ['big'] });
    expect(body).toMatchObject({
      object: 'onnx.run',
      outputs: {
        big: { type: 'int64', shape: [2], data: '//////////8CAAAAAAAAAA==' },
        words: { type: 'string', shape: [1, 2], data: ['a', 'b'] },
        empty: { type: 'float32', shape: [0], data: '' },
      },
    });
  });

  it('refuse a tensor that is not what it says', async () => {
    const inputs = { x: { type: 'float32', shape: [2], data: [1] } };
    const { status, body } = await post('/onnx/runs', { model: 'digits', inputs });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'invalid-tensor', param: 'inputs.x' } });
  });
});

describe('image classifications', () => {
  it('take an image and give labels', async () => {
    const labels = [{ label: '7', score: 0.9 }];
    node.behave(returns({ kind: 'image.classify', labels }));
    const { body } = await post('/images/classifications', {
      model: 'digits',
      image: `data:image/png;base64,${Buffer.from('png').toString('base64')}`,
      top_k: 1,
    });
    expect(body).toMatchObject({ object: 'image.classification', model: 'digits', labels });
    const input = lastInput();
    expect(input).toMatchObject({ kind: 'image.classify', topK: 1 });
    expect(input.kind === 'image.classify' && Buffer.from(input.image).toString()).toBe('png');
  });

  it('refuse what is no base64', async () => {
    const { body } = await post('/images/classifications', { model: 'digits', image: 'not base64!' });
    expect(body).toMatchObject({ error: { code: 'invalid-image', param: 'image' } });
  });
});

describe('jobs', () => {
  it('show their state, usage and the result in the form of the call that made them', async () => {
    const { headers } = await post('/completions', { model: 'npc-chat', prompt: 'Once' });
    const job = await gateway.client.get(`/jobs/${headers.get('x-gata-job-id')}`);
    expect(job).toMatchObject({
      object: 'job',
      kind: 'text.generate',
      state: 'finished',
      attempts: 1,
      usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
      result: { object: 'text_completion', choices: [{ text: TEXT }] },
      error: null,
    });
  });

  it('of others, or of nobody, are not found', async () => {
    await expect(gateway.client.get(`/jobs/${randomUUID()}`)).rejects.toMatchObject({
      status: 404,
      code: 'not-found',
    });
  });
});

describe('bad requests', () => {
  it('without a key, or with a wrong one, are unauthorized', async () => {
    const stranger = openAIClient({ url: gateway.url, apiKey: 'gata-wrong' });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
    const response = await fetch(`${gateway.url}/v1/models`);
    expect(response.status).toBe(401);
    const basic = await post('/completions', {}, { authorization: 'Basic Z2F0YTpnYXRh' });
    expect(basic.body).toMatchObject({ error: { code: 'unauthorized' } });
  });

  it('of a session token of a node are unauthorized', async () => {
    const { status } = await post('/completions', {}, { authorization: `Bearer ${node.session.token}` });
    expect(status).toBe(401);
  });

  it('that are malformed, of another type, or too large say so', async () => {
    expect(await post('/completions', '{"model":')).toMatchObject({
      status: 400,
      body: { error: { code: 'malformed-json' } },
    });
    expect(await post('/completions', 'x=1', { 'content-type': 'text/plain' })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid-request' } },
    });
    expect(await announceBody(200 * 1024 * 1024)).toContain('413');
  });

  it('for a model that is not there, or cannot do it, name the model', async () => {
    expect(await post('/completions', { model: 'gpt-9', prompt: 'x' })).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown-model', param: 'model' } },
    });
    expect(await post('/completions', { model: 'digits', prompt: 'x' })).toMatchObject({
      status: 422,
      body: { error: { code: 'unsupported-task', param: 'model' } },
    });
  });

  it('to a path that is not there are not found', async () => {
    expect(await post('/teapots', {})).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found', message: 'There is no POST /v1/teapots.' } },
    });
  });
});

describe('the OpenAPI document', () => {
  it('describes every route', async () => {
    const document = await (await fetch(`${gateway.url}/v1/openapi.json`)).json();
    expect(Object.keys(document.paths).sort()).toEqual([
      '/v1/buyers/me/voucher',
      '/v1/catalogue/entries/{digest}',
      '/v1/catalogue/keys',
      '/v1/catalogue/provider-libraries',
      '/v1/catalogue/revocations',
      '/v1/chat/completions',
      '/v1/completions',
      '/v1/embeddings',
      '/v1/images/classifications',
      '/v1/jobs/{id}',
      '/v1/models',
      '/v1/nodes/blobs/{sha256}',
      '/v1/nodes/challenges',
      '/v1/nodes/me/payout-address',
      '/v1/nodes/me/receipts',
      '/v1/nodes/me/statement',
      '/v1/nodes/models',
      '/v1/nodes/models/{digest}',
      '/v1/nodes/sessions',
      '/v1/onnx/runs',
      '/v1/receipt-key',
      '/v1/rewards/{address}',
      '/v1/rewards/{address}/relay',
    ]);
    const chat = document.paths['/v1/chat/completions'].post;
    expect(chat.requestBody.content['application/json'].schema.required).toEqual(['model', 'messages']);
  });
});

describe('limits', () => {
  it('refuse new jobs while the disk is nearly full, and requests beyond the rate', async () => {
    await using small = await startTestGateway({
      reserveBytes: Number.MAX_SAFE_INTEGER,
      requestsPerMinute: 3,
      models: gatewayModels(),
    });
    const create = () => small.client.completions.create({ model: 'npc-chat', prompt: 'x' });
    await expect(create()).rejects.toMatchObject({ status: 507, code: 'disk-full' });
    await create().catch(() => {});
    await create().catch(() => {});
    await expect(create()).rejects.toMatchObject({ status: 429, code: 'rate-limited' });
  });
});

function gatewayModels(): string[] {
  return [new URL('../../../assets/models/npc-chat', import.meta.url).pathname];
}

/** The status line of the answer to a request that only announces its body. */
async function announceBody(bytes: number): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connectSocket(Number(port), hostname);
  socket.write(
    [
      'POST /v1/completions HTTP/1.1',
      `Host: ${hostname}`,
      `Authorization: Bearer ${gateway.apiKey}`,
      'Content-Type: application/json',
      `Content-Length: ${bytes}`,
      '',
      '',
    ].join('\r\n'),
  );
  const answer = await new Promise<string>((resolve) =>
    socket.once('data', (data) => resolve(data.toString())),
  );
  socket.destroy();
  return answer.split('\r\n', 1)[0] ?? '';
}
