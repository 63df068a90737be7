import { createHash, randomUUID } from 'node:crypto';
import { Wallet } from 'ethers/wallet';
import type OpenAI from 'openai';
import { APIError } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodeMessage } from '../../../src/shared/frame-codec.ts';
import { INLINE_PAYLOAD_BYTES, MESSAGE_BYTES_LIMIT } from '../../../src/shared/job-protocol.ts';
import {
  accept,
  attemptOf,
  type Behaviour,
  generates,
  inputOf,
  progress,
  result,
  returns,
  ScriptedNode,
  type ScriptedNodeOptions,
  textOutput,
} from '../../support/scripted-node.ts';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

const TALE = { pieces: ['Once', ' upon', ' a', ' time', ' there', ' was', ' a', ' well', '.'] };
const TEXT = TALE.pieces.join('');
const ask = { model: 'npc-chat', messages: [{ role: 'user' as const, content: 'Tell me a tale.' }] };
const refuses: Behaviour = async (offer, node) => {
  await node.send({ type: 'refuse', ...attemptOf(offer), reason: 'busy' });
};
const ignores: Behaviour = () => {};

let gateway: TestGateway;
let client: OpenAI;
const nodes: ScriptedNode[] = [];

beforeAll(async () => {
  gateway = await startTestGateway({
    timings: {
      answerWithinMs: 250,
      answerGraceMs: 50,
      leaseSeconds: 1,
      queueSeconds: 5,
      avoidNodeMs: 150,
      persistEveryMs: 50,
    },
  });
  ({ client } = gateway);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node[Symbol.asyncDispose]();
});

async function connect(
  behaviour: Behaviour,
  presence: ScriptedNodeOptions['presence'] = {},
): Promise<ScriptedNode> {
  const node = await ScriptedNode.connect(gateway.url, { behaviour, presence });
  nodes.push(node);
  return node;
}

/** A node that is chosen before the others, since it alone has every model. */
async function connectPreferred(behaviour: Behaviour): Promise<ScriptedNode> {
  const models = await client.models.list();
  const cachedModels = models.data.map((model) => ('digest' in model ? String(model.digest) : ''));
  return await connect(behaviour, { cachedModels });
}

async function complete(options: OpenAI.RequestOptions = {}): Promise<string> {
  const answer = await client.chat.completions.create(ask, options);
  return answer.choices[0]?.message.content ?? '';
}

async function stream(options: OpenAI.RequestOptions = {}): Promise<{ text: string; jobId: string }> {
  const { data, response } = await client.chat.completions
    .create({ ...ask, stream: true }, options)
    .withResponse();
  let text = '';
  for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? '';
  return { text, jobId: response.headers.get('x-gata-job-id') ?? '' };
}

async function failure(promise: Promise<unknown>): Promise<APIError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof APIError) return error;
  throw new Error(`Expected an API error, got ${String(error)}`);
}

async function job(id: string): Promise<Record<string, unknown>> {
  return await client.get(`/jobs/${id}`);
}

describe('offers', () => {
  it('go to a node that has the model, and to the next one when it refuses', async () => {
    const other = await connect(generates(TALE));
    const preferred = await connectPreferred(refuses);
    expect(await complete()).toBe(TEXT);
    expect(preferred.messages('offer').map(({ attempt }) => attempt)).toEqual([1]);
    expect(other.messages('offer').map(({ attempt }) => attempt)).toEqual([2]);
  });

  it('go to the next node when one does not answer, and its late answer is cancelled', async () => {
    await connect(generates(TALE));
    const silent = await connectPreferred(ignores);
    expect(await complete()).toBe(TEXT);
    const [offer] = silent.messages('offer');
    if (offer === undefined) throw new Error('No offer came.');
    await silent.send(accept(offer));
    await vi.waitFor(() => expect(silent.messages('cancel')).toMatchObject([attemptOf(offer)]));
  });

  it('wait for a node that can take them', async () => {
    const paused = await connect(generates(TALE), { ready: false });
    const answer = complete();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(paused.messages('offer')).toEqual([]);
    await paused.present({ ready: true });
    expect(await answer).toBe(TEXT);
  });

  it('go to no node that has their model in quarantine', async () => {
    const models = await client.models.list();
    const digests = models.data.map((model) => ('digest' in model ? String(model.digest) : ''));
    const broken = await connect(generates(TALE), { cachedModels: digests, quarantinedModels: digests });
    const node = await connect(generates(TALE));
    expect(await complete()).toBe(TEXT);
    expect(broken.messages('offer')).toEqual([]);
    expect(node.messages('offer')).toHaveLength(1);
  });

  it('of a model that broke many nodes fail at once, until a node tries it again', async () => {
    // Of its own: nodes of other tests ran the model well.
    await using own = await startTestGateway();
    await using stack = new AsyncDisposableStack();
    const models = await own.client.models.list();
    const quarantinedModels = models.data.map((model) => ('digest' in model ? String(model.digest) : ''));
    const join = async (presence: ScriptedNodeOptions['presence']) =>
      stack.use(await ScriptedNode.connect(own.url, { behaviour: generates(TALE), presence }));
    const broken = await Promise.all([1, 2, 3].map(() => join({ quarantinedModels })));
    const buy = () => own.client.chat.completions.create(ask).then(() => 'answered', codeOf);
    await expect.poll(buy, { timeout: 20_000 }).toBe('model-quarantined');
    for (const node of broken) await node.present({ quarantinedModels: [] });
    await expect.poll(buy, { timeout: 20_000 }).toBe('answered');
  });

  it('are never more than the capacity of a node', async () => {
    let running = 0;
    let most = 0;
    await connect(
      async (offer, node) => {
        running += 1;
        most = Math.max(most, running);
        await node.send(accept(offer));
        await new Promise((resolve) => setTimeout(resolve, 30));
        running -= 1;
        await node.send(result(offer, textOutput(TALE)));
      },
      { capacity: 2 },
    );
    await Promise.all(Array.from({ length: 8 }, () => complete()));
    expect(most).toBe(2);
  });

  it('end with no-capacity and a hint when to come back, when nobody comes', async () => {
    await connect(generates(TALE), { kinds: ['embedding'] });
    const error = await failure(complete());
    expect(error).toMatchObject({ status: 503, code: 'no-capacity' });
    expect(error.headers?.get('retry-after')).toBe('10');
  });
});

describe('a job that loses its node', () => {
  it('continues where it was preempted, and the stream repeats and loses nothing', async () => {
    const second = await connect(generates(TALE));
    await connectPreferred(async (offer, node) => {
      await node.send(accept(offer));
      for (const index of [0, 1, 2]) await node.send(progress(offer, TALE, index));
      await node.send({
        type: 'preempted',
        ...attemptOf(offer),
        progress: { tokens: [0, 1, 2, 3], text: 'Once upon a time' },
      });
      await node.present({ ready: false });
    });
    const { text, jobId } = await stream();
    expect(text).toBe(TEXT);
    expect(second.messages('offer')).toMatchObject([
      { attempt: 2, resume: { tokens: [0, 1, 2, 3], text: 'Once upon a time' } },
    ]);
    expect(await job(jobId)).toMatchObject({
      state: 'finished',
      attempts: 2,
      usage: { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 },
    });
  });

  it('goes on elsewhere when the connection of its node dies', async () => {
    const second = await connect(generates(TALE));
    await connectPreferred(async (offer, node) => {
      await node.send(accept(offer));
      await node.send(progress(offer, TALE, 0));
      node.vanish();
    });
    expect((await stream()).text).toBe(TEXT);
    expect(second.messages('offer')).toMatchObject([{ attempt: 2, resume: { tokens: [0], text: 'Once' } }]);
  });

  it('goes on elsewhere when its node falls silent, whose late result does not count', async () => {
    const second = await connect(generates(TALE));
    const silent = await connectPreferred(async (offer, node) => {
      await node.send(accept(offer));
    });
    expect(await complete()).toBe(TEXT);
    expect(second.messages('offer')).toMatchObject([{ attempt: 2 }]);
    const [offer] = silent.messages('offer');
    if (offer === undefined) throw new Error('No offer came.');
    await silent.send(result(offer, textOutput({ pieces: ['A lie.'] })));
    await vi.waitFor(() => expect(silent.messages('acknowledge')).toMatchObject([attemptOf(offer)]));
    expect(await job(offer.jobId)).toMatchObject({
      attempts: 2,
      result: { choices: [{ message: { content: TEXT } }] },
    });
  });

  it('is requeued when its node comes back without it', async () => {
    const wallet = new Wallet(Wallet.createRandom().privateKey);
    const first = await ScriptedNode.connect(gateway.url, {
      wallet,
      behaviour: async (offer, node) => await node.send(accept(offer)),
    });
    const answer = complete();
    await vi.waitFor(() => expect(first.messages('offer')).toHaveLength(1));
    nodes.push(await ScriptedNode.connect(gateway.url, { wallet, behaviour: generates(TALE) }));
    expect(await answer).toBe(TEXT);
  });

  it('survives pieces that get lost or come twice', async () => {
    await connect(async (offer, node) => {
      await node.send(accept(offer));
      for (const index of [0, 0, 1, 4, 1, 5]) await node.send(progress(offer, TALE, index));
      await node.send(result(offer, textOutput(TALE)));
      await node.send(result(offer, textOutput(TALE)));
      await node.send(progress(offer, TALE, 6));
    });
    const { text, jobId } = await stream();
    expect(text).toBe(TEXT);
    expect(await job(jobId)).toMatchObject({ state: 'finished', attempts: 1 });
  });
});

describe('a job that fails', () => {
  const fails =
    (code: 'worker-crashed' | 'worker-killed' | 'context-length-exceeded', retryable: boolean): Behaviour =>
    async (offer, node) => {
      await node.send(accept(offer));
      await node.send({
        type: 'failed',
        ...attemptOf(offer),
        error: { code, message: 'In words.', param: 'messages' },
        retryable,
      });
    };

  it('by its own fault is answered with the reason at once', async () => {
    const node = await connect(fails('context-length-exceeded', false));
    const error = await failure(stream());
    expect(error).toMatchObject({ status: 400, code: 'context-length-exceeded', param: 'messages' });
    expect(node.messages('offer')).toHaveLength(1);
    await vi.waitFor(() => expect(node.messages('acknowledge')).toHaveLength(1));
  });

  it('by the fault of nodes is tried three times', async () => {
    const node = await connect(fails('worker-crashed', true));
    expect(await failure(complete())).toMatchObject({ status: 500, code: 'worker-crashed' });
    expect(node.messages('offer').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it('because its worker was killed by somebody is tried again and again', async () => {
    const killed = fails('worker-killed', true);
    const node = await connect((offer, here) => (offer.attempt < 6 ? killed : generates(TALE))(offer, here));
    expect(await complete()).toBe(TEXT);
    expect(node.messages('offer')).toHaveLength(6);
  });

  it('because a node returned something else is tried elsewhere', async () => {
    await connect(generates(TALE));
    const wrong = await connectPreferred(
      returns({ kind: 'image.classify', labels: [{ label: '7', score: 1 }] }),
    );
    expect(await complete()).toBe(TEXT);
    expect(wrong.messages('offer')).toHaveLength(1);
  });

  it('because its output is nowhere is tried elsewhere', async () => {
    await connect(generates(TALE));
    await connectPreferred(async (offer, node) => {
      await node.send({
        type: 'result',
        ...attemptOf(offer),
        output: { blob: 'a'.repeat(64), bytes: 5 },
        metrics: { provider: 'cpu', runMs: 1, queuedMs: 0 },
      });
    });
    expect(await complete()).toBe(TEXT);
  });
});

describe('messages that are none', () => {
  it('are dropped, and the node goes on working', async () => {
    const node = await connect(generates(TALE));
    await node.sendBytes(Buffer.from('not MessagePack at all \xff\x00'));
    await node.sendBytes(encodeMessage({ type: 'result', jobId: 5 }));
    await node.sendBytes(encodeMessage({ type: 'presence', online: true, held: 'everything' }));
    await node.sendBytes(encodeMessage([[[[{}]]]]));
    await node.send({ type: 'progress', jobId: randomUUID(), attempt: 1 });
    expect(await complete()).toBe(TEXT);
  });

  it('that are too large end the connection, and the gateway serves the others', async () => {
    const bad = await connect(generates(TALE));
    await connect(generates(TALE));
    bad.sendBytes(new Uint8Array(MESSAGE_BYTES_LIMIT + 64 * 1024)).catch(() => {});
    await vi.waitFor(() => expect(bad.isConnected).toBe(false));
    expect(await complete()).toBe(TEXT);
  });
});

describe('an idempotency key', () => {
  it('gives the same job to a buyer who asks again, from its beginning', async () => {
    const node = await connect(generates(TALE));
    const headers = { 'idempotency-key': randomUUID() };
    const first = await stream({ headers });
    const second = await stream({ headers });
    expect(second).toEqual(first);
    expect(first.text).toBe(TEXT);
    expect(await complete({ headers })).toBe(TEXT);
    expect(node.messages('offer')).toHaveLength(1);
  });

  it('lets many attach to a job under way, each from its beginning', async () => {
    const node = await connect(async (offer, self) => {
      await self.send(accept(offer));
      for (const [index] of TALE.pieces.entries()) {
        await self.send(progress(offer, TALE, index));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await self.send(result(offer, textOutput(TALE)));
    });
    const headers = { 'idempotency-key': randomUUID() };
    const readers = [stream({ headers }), stream({ headers }), complete({ headers })];
    await new Promise((resolve) => setTimeout(resolve, 60));
    readers.push(stream({ headers }));
    const answers = await Promise.all(readers);
    expect(answers.map((answer) => (typeof answer === 'string' ? answer : answer.text))).toEqual(
      Array(4).fill(TEXT),
    );
    expect(node.messages('offer')).toHaveLength(1);
  });

  it('is refused for another request', async () => {
    await connect(generates(TALE));
    const headers = { 'idempotency-key': randomUUID() };
    await complete({ headers });
    const other = client.chat.completions.create({ ...ask, max_tokens: 1 }, { headers });
    expect(await failure(other)).toMatchObject({ status: 409, code: 'conflict' });
  });

  it('keeps the job alive when the buyer goes away; without one it is cancelled', async () => {
    const node = await connect(async (offer, self) => {
      await self.send(accept(offer));
      await self.send(progress(offer, TALE, 0));
    });
    const leave = async (options: OpenAI.RequestOptions): Promise<string> => {
      const { data, response } = await client.chat.completions
        .create({ ...ask, stream: true }, options)
        .withResponse();
      for await (const chunk of data) if (chunk.choices[0]?.delta.content === 'Once') break;
      data.controller.abort();
      return response.headers.get('x-gata-job-id') ?? '';
    };
    const cancelled = await leave({});
    await vi.waitFor(() => expect(node.messages('cancel')).toMatchObject([{ jobId: cancelled, attempt: 1 }]));
    await vi.waitFor(async () => expect(await job(cancelled)).toMatchObject({ state: 'cancelled' }));

    const headers = { 'idempotency-key': randomUUID() };
    const kept = await leave({ headers });
    node.behave(generates(TALE));
    expect((await stream({ headers })).text).toBe(TEXT);
    expect(await job(kept)).toMatchObject({ state: 'finished' });
  });
});

describe('what is too large for a message', () => {
  it('travels as blobs, in and out', async () => {
    const bytes = new Uint8Array(INLINE_PAYLOAD_BYTES + 1024).map((_, index) => index % 251);
    const tensor = { type: 'uint8' as const, dims: [bytes.byteLength], data: bytes };
    const node = await connect(async (offer, self) => {
      await self.send(accept(offer));
      if (!('blob' in offer.input)) throw new Error('The input is not a blob.');
      const url = (sha256: string) => `${gateway.url}/v1/nodes/blobs/${sha256}`;
      const authorization = `Bearer ${self.session.token}`;
      const input = await fetch(url(offer.input.blob), { headers: { authorization } });
      expect((await input.arrayBuffer()).byteLength).toBe(offer.input.bytes);
      const output = encodeMessage({ kind: 'onnx.run', outputs: { y: tensor } });
      const sha256 = createHash('sha256').update(output).digest('hex');
      const put = await fetch(url(sha256), {
        method: 'PUT',
        headers: { authorization, 'content-type': 'application/octet-stream' },
        body: output,
      });
      expect(put.status).toBe(204);
      await self.send({
        type: 'result',
        ...attemptOf(offer),
        output: { blob: sha256, bytes: output.byteLength },
        metrics: { provider: 'cpu', runMs: 1, queuedMs: 0 },
      });
    });
    const data = Buffer.from(bytes).toString('base64');
    const x = { type: 'uint8', shape: [bytes.byteLength], data };
    const answer = await client.post<{ outputs: { y: { data: string } } }>('/onnx/runs', {
      body: { model: 'npc-chat', inputs: { x } },
    });
    expect(answer.outputs.y.data).toBe(data);
    expect(node.messages('offer')).toHaveLength(1);
  });

  it('leaves small inputs in the message', async () => {
    const node = await connect(
      returns({ kind: 'embedding', dimensions: 1, vectors: new Uint8Array(4), promptTokens: 1 }),
    );
    await client.embeddings.create({ model: 'npc-chat', input: 'hi' });
    const [offer] = node.messages('offer');
    expect(offer && inputOf(offer)).toEqual({ kind: 'embedding', texts: ['hi'] });
  });
});

function codeOf(error: unknown): unknown {
  return error instanceof APIError ? error.code : error;
}
