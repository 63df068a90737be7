import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import OpenAI from 'openai';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadNodeKey } from '../../../src/agent/identity/node-key.ts';
import type { Compute } from '../../../src/agent/jobs/compute.ts';
import { createCompute } from '../../../src/agent/jobs/create-compute.ts';
import { createWorkerStarter } from '../../../src/agent/jobs/start-worker.ts';
import type { StartWorker } from '../../../src/agent/jobs/worker-pool.ts';
import type { WorkerProcess } from '../../../src/agent/jobs/worker-process.ts';
import { inspectorEntry, ThreadInspector } from '../../../src/agent/models/admission/thread-inspector.ts';
import { ModelCache } from '../../../src/agent/models/model-cache.ts';
import { chooseSandbox } from '../../../src/agent/sandbox/choose-sandbox.ts';
import { type Gateway, startGateway } from '../../../src/gateway/compose.ts';
import { openDatabase } from '../../../src/gateway/store/database.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import type { JobView } from '../../../src/shared/local-api.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';
import { ANY_MODEL } from '../../support/any-model.ts';
import { builtWorker } from '../../support/built-program.ts';
import { freePort } from '../../support/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Greedy and long: what is generated does not depend on how often it was interrupted. */
const LONG_CHAT = {
  model: 'npc-chat',
  messages: [{ role: 'user' as const, content: 'Tell me everything you know about this place.' }],
  temperature: 0,
  max_tokens: 300,
  // Our extension of the API: the generation does not end before.
  min_tokens: 300,
};

const SHORT_CHAT = { ...LONG_CHAT, min_tokens: 0, max_tokens: 8 };

describe('compute, between a real gateway and real workers', () => {
  const stack = new AsyncDisposableStack();
  const workers: WorkerProcess[] = [];
  const logger = pino({ level: process.env.GATA_TEST_LOG ?? 'silent' });
  let gatewayFolder: string;
  let ports: { port: number; brokerPort: number };
  let gateway: Gateway & AsyncDisposable;
  let compute: Compute;
  let client: OpenAI;
  let expectedText: string;

  const openGateway = () =>
    startGateway({
      dataDir: gatewayFolder,
      ...ports,
      models: ['npc-chat', 'digits'].map((id) => resolve('assets/models', id)),
      timings: { leaseSeconds: 3 },
      log: logger,
    });

  beforeAll(async () => {
    const root = stack.use(temporaryFolder()).path;
    gatewayFolder = mkdtempSync(join(root, 'gateway-'));
    const agentFolder = mkdtempSync(join(root, 'agent-'));
    ports = { port: await freePort(), brokerPort: await freePort() };
    gateway = await openGateway();
    stack.defer(() => gateway[Symbol.asyncDispose]());

    const { nodeKey } = await loadNodeKey(agentFolder, systemClock);
    const models = stack.use(
      await ModelCache.open({
        folder: join(agentFolder, 'models'),
        quotaBytes: () => DEFAULT_SETTINGS.models.cacheBytes,
        gate: ANY_MODEL,
        inspector: new ThreadInspector(inspectorEntry(resolve('.'))),
        clock: systemClock,
        logger,
      }),
    );
    const sandbox = await chooseSandbox({ program: await builtWorker() });
    const start = createWorkerStarter({ sandbox, providers: ['cpu'], logger });
    const startWorker: StartWorker = async (...args) => {
      const worker = await start(...args);
      workers.push(worker);
      return worker;
    };
    compute = stack.use(
      await createCompute({
        dataFolder: agentFolder,
        gatewayUrl: gateway.url,
        agentVersion: '0.0.0',
        nodeKey,
        models,
        startWorker,
        energyOf: () => null,
        sandboxMechanism: sandbox.mechanism,
        settings: () => ({ ...DEFAULT_SETTINGS, compute: { allowUnsandboxed: true, cpuThreads: 1 } }),
        clock: systemClock,
        logger,
      }),
    );
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.apiKey, maxRetries: 0 });
    compute.connect();
    await until(() => compute.snapshot().network.state === 'connected');
    compute.resume();
    const whole = await client.chat.completions.create(LONG_CHAT);
    expectedText = whole.choices[0]?.message.content ?? '';
    expect(expectedText.length).toBeGreaterThan(300);
  });
  afterAll(async () => {
    await stack.disposeAsync();
  });
  beforeEach(() => compute.resume());

  /** A stream of the long chat; resolves when some text has come. */
  async function streamLongChat(): Promise<{ text: () => string; whole: Promise<string> }> {
    let text = '';
    const begun = Promise.withResolvers<void>();
    const stream = await client.chat.completions.create({ ...LONG_CHAT, stream: true });
    const whole = (async () => {
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        if (text.length > 40) begun.resolve();
      }
      return text;
    })();
    whole.catch(begun.reject);
    await begun.promise;
    return { text: () => text, whole };
  }

  /** @returns the number of digits that the output has scores for. */
  async function classifyDigits(count: number): Promise<number> {
    const pixels = Buffer.alloc(count * 64 * 4).toString('base64');
    const response = await fetch(`${gateway.url}/v1/onnx/runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'digits',
        inputs: { pixel_values: { type: 'float32', shape: [count, 1, 8, 8], data: pixels } },
      }),
    });
    expect(response.status).toBe(200);
    const { outputs } = z
      .object({ outputs: z.object({ logits: z.object({ shape: z.array(z.int()), data: z.string() }) }) })
      .parse(await response.json());
    expect(Buffer.from(outputs.logits.data, 'base64').byteLength).toBe(count * 10 * 4);
    return outputs.logits.shape[0] ?? 0;
  }

  const newest = () => compute.jobs({ limit: 1 }).jobs[0];

  it('answers a chat completion and shows the job', async () => {
    const seen: JobView[] = [];
    const earlier = new Set(compute.jobs({ limit: 500 }).jobs.map((job) => job.id));
    const listener = (job: JobView) => {
      if (!earlier.has(job.id)) seen.push(job);
    };
    compute.on('job', listener);
    const { choices, usage } = await client.chat.completions.create(SHORT_CHAT);
    // What it earned comes with the acknowledgement.
    await until(() => seen.at(-1)?.earnedWei !== null);
    compute.off('job', listener);
    expect(choices[0]?.message.content).toBeTruthy();
    // A slow generation is shown several times.
    expect([...new Set(seen.map((job) => job.state))]).toEqual(['waiting', 'running', 'finished']);
    expect(seen.at(-1)).toMatchObject({
      kind: 'text.generate',
      modelId: 'npc-chat',
      provider: 'cpu',
      error: null,
    });
    expect(seen.at(-1)?.tokens).toBe(usage?.completion_tokens);
    expect(newest()).toEqual(seen.at(-1));
    expect(compute.snapshot()).toMatchObject({ currentJobs: [], fault: null, device: { provider: 'cpu' } });
    expect(compute.snapshot().tokensPerSecond).toBeGreaterThan(0);
  });

  it('streams the same text that it answers at once', async () => {
    const { whole } = await streamLongChat();
    expect(await whole).toBe(expectedText);
  });

  it('hands a generation back when halted, and goes on after the resume without a gap or a repetition', async () => {
    const { text, whole } = await streamLongChat();
    const pid = workers.at(-1)?.pid;
    const { workers: killed, jobs, tookMs } = await compute.halt();
    expect(pid).toBeDefined();
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
    expect({ killed, jobs }).toEqual({ killed: 1, jobs: 1 });
    expect(tookMs).toBeLessThan(500);
    expect(newest()).toMatchObject({ state: 'preempted', error: null });
    expect(text().length).toBeLessThan(expectedText.length);
    compute.resume();
    expect(await whole).toBe(expectedText);
    expect(newest()).toMatchObject({ state: 'finished', attempt: 2 });
  });

  it('goes on waiting jobs too after a halt', async () => {
    const { whole } = await streamLongChat();
    const second = client.chat.completions.create(LONG_CHAT);
    await until(() => compute.snapshot().currentJobs.some((job) => job.state === 'waiting'));
    expect(await compute.halt()).toMatchObject({ workers: 1, jobs: 2 });
    compute.resume();
    expect(await whole).toBe(expectedText);
    expect((await second).choices[0]?.message.content).toBe(expectedText);
  });

  it('refuses offers while it is halted', async () => {
    await compute.halt();
    const answer = client.chat.completions.create(SHORT_CHAT);
    await new Promise((done) => setTimeout(done, 200));
    expect(compute.snapshot().currentJobs).toEqual([]);
    compute.resume();
    expect((await answer).choices).toHaveLength(1);
  });

  it('finishes a job exactly once although its worker is killed in the middle', async () => {
    const finishedBefore = compute.totalsSince(new Date(0)).finished;
    const { whole } = await streamLongChat();
    const pid = workers.at(-1)?.pid;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    expect(await whole).toBe(expectedText);
    expect(compute.totalsSince(new Date(0)).finished).toBe(finishedBefore + 1);
    expect(compute.snapshot().fault).toBeNull();
  });

  it('gives an error of the input back to the buyer and keeps the worker', async () => {
    const started = workers.length;
    const tooLong = 'word '.repeat(2000);
    await expect(
      client.chat.completions.create({ ...LONG_CHAT, messages: [{ role: 'user', content: tooLong }] }),
    ).rejects.toMatchObject({ status: 400, code: 'context-length-exceeded' });
    await client.chat.completions.create(SHORT_CHAT);
    expect(workers.length).toBeLessThanOrEqual(started + 1);
  });

  it('keeps a worker warm for each of two models', async () => {
    const run = async () => {
      await client.chat.completions.create(SHORT_CHAT);
      await classifyDigits(1);
    };
    await run();
    const started = workers.length;
    await run();
    expect(workers).toHaveLength(started);
  });

  it('fetches inputs and returns outputs that are too large for a message', async () => {
    expect(await classifyDigits(8000)).toBe(8000);
  });

  it('stops working on what the buyer no longer wants', async () => {
    const chat = request(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' },
    });
    chat.end(JSON.stringify({ ...LONG_CHAT, stream: true }));
    const [response] = await once(chat, 'response');
    await once(response, 'data');
    chat.destroy();
    await until(() => newest()?.state === 'cancelled');
    expect(compute.snapshot().currentJobs).toEqual([]);
  });

  it('comes back after a restart of the gateway and loses no job', async () => {
    const before = compute.totalsSince(new Date(0)).finished;
    const key = { headers: { 'idempotency-key': 'survives-a-restart' } };
    const first = client.chat.completions.create(LONG_CHAT, key);
    const lost = first.catch((error: unknown) => error);
    await until(() => compute.snapshot().currentJobs.some((job) => job.state === 'running'));
    await gateway[Symbol.asyncDispose]();
    expect(await lost).toBeInstanceOf(OpenAI.APIError);
    await until(() => compute.snapshot().network.state === 'offline');
    expect(compute.snapshot().network.detail).toMatch(/gateway/);
    gateway = await openGateway();
    const again = await client.chat.completions.create(LONG_CHAT, key);
    expect(again.choices[0]?.message.content).toBe(expectedText);
    await until(() => compute.snapshot().network.state === 'connected');
    expect(compute.totalsSince(new Date(0)).finished).toBe(before + 1);
  });

  it('earns for each of its results what the ledger says, and for nothing else', async () => {
    const jobs = () => compute.jobs({ limit: 500 }).jobs;
    await until(() => jobs().every((job) => job.state !== 'finished' || job.earnedWei !== null));
    expect(jobs().every((job) => job.state === 'finished' || job.earnedWei === null)).toBe(true);
    await gateway[Symbol.asyncDispose]();
    const database = await openDatabase(undefined, join(gatewayFolder, 'database'));
    const usage = await database.selectFrom('usage').select(['job_id', 'credit_wei']).execute();
    await database.destroy();
    expect(usage.length).toBeGreaterThan(5);
    const earned = jobs().filter((job) => job.earnedWei !== null);
    expect(new Map(earned.map((job) => [job.id, job.earnedWei]))).toEqual(
      new Map(usage.map((row) => [row.job_id, row.credit_wei])),
    );
    const inLedger = usage.reduce((sum, row) => sum + BigInt(row.credit_wei), 0n);
    expect(compute.totalsSince(new Date(0)).earnedWei).toBe(String(inLedger));
  });
});

async function until(isSo: () => boolean, withinMs = 15_000): Promise<void> {
  const giveUpMs = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > giveUpMs) throw new Error(`It did not happen within ${withinMs} ms: ${isSo}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}
