import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayHttp } from '../../../src/agent/jobs/gateway-http.ts';
import { JobClient } from '../../../src/agent/jobs/job-client.ts';
import { JobHistory } from '../../../src/agent/jobs/job-history.ts';
import { WorkerPool } from '../../../src/agent/jobs/worker-pool.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { encodeMessage } from '../../../src/shared/frame-codec.ts';
import { GataError } from '../../../src/shared/gata-error.ts';
import { type Offer, type UpMessage, upMessageSchema } from '../../../src/shared/job-protocol.ts';
import type { JobView } from '../../../src/shared/local-api.ts';
import type { TaskInput, TaskOutput } from '../../../src/shared/task.ts';
import { demoModel } from '../../support/demo-models.ts';
import { PuppetStarter } from '../../support/puppet-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CHAT: TaskInput = {
  kind: 'text.generate',
  prompt: { text: 'Once' },
  sampling: { temperature: 0, topP: 1, topK: 0, minTokens: 0, stop: [] },
};
const CHAT_OUTPUT: TaskOutput = {
  kind: 'text.generate',
  text: 'upon a time',
  tokens: [1, 2, 3],
  finishReason: 'stop',
  promptTokens: 1,
};

function offer(changed: Partial<Offer> = {}): Offer {
  return {
    type: 'offer',
    jobId: randomUUID(),
    attempt: 1,
    kind: 'text.generate',
    model: { id: 'npc-chat', digest: 'a'.repeat(64) },
    input: { inline: encodeMessage(CHAT) },
    answerWithinMs: 1000,
    leaseSeconds: 9,
    wallSeconds: 60,
    ...changed,
  };
}

describe('the job client', () => {
  let sent: UpMessage[];
  let views: JobView[];
  let connected: boolean;
  /** What the card is said to have drawn in any span. */
  let drawnJoules: number | null;
  let starter: PuppetStarter;
  let quarantined: Set<string>;
  let pool: WorkerPool;
  let client: JobClient;
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
    });
    sent = [];
    views = [];
    connected = true;
    quarantined = new Set();
    drawnJoules = 42;
    starter = new PuppetStarter();
    const logger = pino({ level: 'silent' });
    pool = new WorkerPool({
      startWorker: starter.start,
      ensureModel: async (digest) => ({
        manifest: demoModel('npc-chat').manifest,
        folder: `/models/${digest}`,
        [Symbol.dispose]: () => {},
      }),
      settings: () => ({ cpuThreads: 0, allowUnsandboxed: false }),
      clock: systemClock,
      logger,
    });
    const nodeKey = { nodeId: `0x${'0'.repeat(40)}`, signEnrolment: () => '' };
    const send = (message: UpMessage) => {
      if (connected) sent.push(upMessageSchema.parse(message));
      return connected;
    };
    client = new JobClient({
      pool,
      // Nothing listens there: blobs cannot be fetched.
      http: new GatewayHttp({ gatewayUrl: 'http://127.0.0.1:9', nodeKey, clock: systemClock }),
      send,
      energyOf: (uuid) => (uuid === 'GPU-1' ? drawnJoules : null),
      isQuarantined: (digest) => quarantined.has(digest),
      earlierTokens: () => 0,
      clock: systemClock,
      logger,
    });
    client.on('job', (view) => views.push(view));
    pool.resume();
    client.resume();
  });
  afterEach(() => {
    client[Symbol.dispose]();
    pool.halt();
    vi.useRealTimers();
  });

  const types = () => sent.map((message) => message.type);
  const states = () => views.map((view) => view.state);

  it('accepts, runs, reports and forgets a job once its result is acknowledged', async () => {
    const job = offer();
    client.receive(job);
    expect(types()).toEqual(['accept']);
    await settled();
    const [run] = starter.last.runs;
    expect(run?.input).toEqual(CHAT);
    run?.onChunk?.({ tokenOffset: 0, tokens: [1, 2], textOffset: 0, text: 'upon ' });
    starter.last.finish(CHAT_OUTPUT);
    await settled();
    expect(types()).toEqual(['accept', 'progress', 'result']);
    expect(sent.at(-1)).toMatchObject({
      output: { inline: encodeMessage(CHAT_OUTPUT) },
      metrics: { provider: 'cpu' },
    });
    expect(states().at(-1)).toBe('finished');
    expect(views.at(-1)).toMatchObject({ tokens: 3, provider: 'cpu', runMs: 1 });
    expect(client.heldAttempts).toEqual([{ jobId: job.jobId, attempt: 1 }]);
    client.receive({ type: 'acknowledge', jobId: job.jobId, attempt: 1 });
    expect(client.heldAttempts).toEqual([]);
  });

  it('refuses a model in quarantine, and hands back the jobs of it that wait', async () => {
    quarantined.add('b'.repeat(64));
    client.receive(offer({ model: { id: 'bad', digest: 'b'.repeat(64) } }));
    expect(sent).toMatchObject([{ type: 'refuse', reason: 'model-quarantined' }]);
    const [running, waiting] = [offer(), offer()];
    client.receive(running);
    client.receive(waiting);
    await settled();
    client.handBackModel('a'.repeat(64));
    expect(sent.at(-1)).toMatchObject({ type: 'preempted', jobId: waiting.jobId });
    expect(client.currentJobs.map((job) => job.id)).toEqual([running.jobId]);
  });

  it('fails a job whose input is larger than its kind allows, without fetching it', async () => {
    client.receive(offer({ input: { blob: 'c'.repeat(64), bytes: 17 * 1024 * 1024 } }));
    await settled();
    expect(sent.at(-1)).toMatchObject({
      type: 'failed',
      retryable: false,
      error: { code: 'payload-too-large' },
    });
  });

  it('ends a run at its own limit where the gateway allows more', async () => {
    const input: TaskInput = { ...CHAT, sampling: { ...CHAT.sampling, maxTokens: 10 } };
    client.receive(offer({ input: { inline: encodeMessage(input) }, wallSeconds: 100_000 }));
    await settled();
    await vi.advanceTimersByTimeAsync(139_000);
    expect(types()).not.toContain('failed');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent.at(-1)).toMatchObject({
      type: 'failed',
      error: { code: 'job-timeout', message: expect.stringContaining('140 s') },
    });
  });

  it('repeats a result, ever less often, until it is acknowledged', async () => {
    const job = offer();
    client.receive(job);
    await settled();
    starter.last.finish(CHAT_OUTPUT);
    await settled();
    const results = () => types().filter((type) => type === 'result').length;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(results()).toBe(2);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(results()).toBe(3);
    client.reconnected();
    expect(results()).toBe(4);
    client.receive({ type: 'acknowledge', jobId: job.jobId, attempt: 1 });
    await vi.advanceTimersByTimeAsync(300_000);
    expect(results()).toBe(4);
  });

  it('runs one job, lets one wait and refuses a third', async () => {
    const [first, second, third] = [offer(), offer(), offer()];
    client.receive(first);
    client.receive(second);
    client.receive(third);
    expect(sent.at(-1)).toMatchObject({ type: 'refuse', jobId: third.jobId, reason: 'busy' });
    await settled();
    expect(client.currentJobs.map((job) => job.state)).toEqual(['running', 'waiting']);
    expect(starter.last.runs).toHaveLength(1);
    starter.last.finish(CHAT_OUTPUT);
    await settled();
    expect(starter.last.runs).toHaveLength(2);
    expect(client.currentJobs.map((job) => [job.id, job.state])).toEqual([[second.jobId, 'running']]);
  });

  it('answers the same offer again with an acceptance, not with a second run', async () => {
    const job = offer();
    client.receive(job);
    client.receive(job);
    await settled();
    expect(types()).toEqual(['accept', 'accept']);
    expect(starter.last.runs).toHaveLength(1);
    starter.last.finish(CHAT_OUTPUT);
    await settled();
    client.receive(job);
    expect(types()).toEqual(['accept', 'accept', 'result', 'result']);
  });

  it('drops an attempt that a newer one fences, and ignores an older one', async () => {
    const job = offer({ attempt: 2 });
    client.receive(job);
    await settled();
    const old = starter.last;
    client.receive({ ...job, attempt: 1 });
    expect(types()).toEqual(['accept']);
    client.receive({ ...job, attempt: 3 });
    await settled();
    expect(old.alive).toBe(false);
    expect(sent.at(-1)).toMatchObject({ type: 'accept', attempt: 3 });
    expect(client.heldAttempts).toEqual([{ jobId: job.jobId, attempt: 3 }]);
  });

  it('renews the leases of running and waiting jobs, not more often than needed', async () => {
    const [first, second] = [offer(), offer()];
    client.receive(first);
    client.receive(second);
    await settled();
    const of = (jobId: string) =>
      sent.filter((message) => message.type === 'progress' && message.jobId === jobId).length;
    await vi.advanceTimersByTimeAsync(9_100);
    expect([of(first.jobId), of(second.jobId)]).toEqual([3, 3]);
    await vi.advanceTimersByTimeAsync(2_500);
    starter.last.runs[0]?.onChunk?.({ tokenOffset: 0, tokens: [1], textOffset: 0, text: 'u' });
    await vi.advanceTimersByTimeAsync(500);
    expect([of(first.jobId), of(second.jobId)]).toEqual([4, 4]);
  });

  it('hands back what runs and what waits, with everything generated, and continues from a resume', async () => {
    const resume = { tokens: [7, 8], text: 'Well, ' };
    const [first, second] = [offer({ resume }), offer()];
    client.receive(first);
    client.receive(second);
    await settled();
    expect(starter.last.runs[0]?.resume).toEqual(resume);
    starter.last.runs[0]?.onChunk?.({ tokenOffset: 2, tokens: [9], textOffset: 6, text: 'upon' });
    pool.halt();
    expect(client.handBackAll('paused')).toBe(2);
    const handedBack = sent.filter((message) => message.type === 'preempted');
    expect(handedBack).toEqual([
      {
        type: 'preempted',
        jobId: first.jobId,
        attempt: 1,
        progress: { tokens: [7, 8, 9], text: 'Well, upon' },
      },
      { type: 'preempted', jobId: second.jobId, attempt: 1 },
    ]);
    await settled();
    expect(types()).not.toContain('failed');
    expect(views.find((view) => view.id === first.jobId && view.state === 'preempted')?.tokens).toBe(1);
    client.receive(offer());
    expect(sent.at(-1)).toMatchObject({ type: 'refuse', reason: 'paused' });
  });

  it('hands a job back unpunished when its card may no longer work, and goes on with others', async () => {
    starter.provider = 'cuda';
    pool.limit({ gpus: [{ uuid: 'GPU-1', minorNumber: 0, dutyCycle: 1 }] });
    const job = offer();
    client.receive(job);
    await settled();
    starter.last.runs[0]?.onChunk?.({ tokenOffset: 0, tokens: [1], textOffset: 0, text: 'upon' });
    pool.limit({ gpus: [] });
    await settled();
    expect(types()).toEqual(['accept', 'progress', 'preempted']);
    expect(sent.at(-1)).toMatchObject({ progress: { tokens: [1], text: 'upon' } });
    expect(views.at(-1)).toMatchObject({ state: 'preempted', error: null, energyJoules: 42 });
  });

  it('counts the energy that the card drew, and none for a job on the processor', async () => {
    pool.limit({ gpus: [{ uuid: 'GPU-1', minorNumber: 0, dutyCycle: 1 }] });
    for (const provider of ['cuda', 'cpu'] as const) {
      starter.provider = provider;
      client.receive(
        offer({ model: { id: 'npc-chat', digest: (provider === 'cpu' ? 'b' : 'a').repeat(64) } }),
      );
      await settled();
      starter.last.finish(CHAT_OUTPUT);
      await settled();
    }
    const finished = views.filter((view) => view.state === 'finished');
    expect(finished.map((view) => view.energyJoules)).toEqual([42, null]);
  });

  it('corrects what the card drew once its readings go beyond the end of the job', async () => {
    starter.provider = 'cuda';
    pool.limit({ gpus: [{ uuid: 'GPU-1', minorNumber: 0, dutyCycle: 1 }] });
    client.receive(offer());
    await settled();
    starter.last.finish(CHAT_OUTPUT);
    await settled();
    drawnJoules = 57;
    await vi.advanceTimersByTimeAsync(10_000);
    drawnJoules = 99;
    await vi.advanceTimersByTimeAsync(60_000);
    const finished = views.filter((view) => view.state === 'finished');
    expect(finished.map((view) => view.energyJoules)).toEqual([42, 57]);
  });

  it('adds up what the attempts of one job drew here, and forgets nothing that is not known again', async () => {
    starter.provider = 'cuda';
    pool.limit({ gpus: [{ uuid: 'GPU-1', minorNumber: 0, dutyCycle: 1 }] });
    const job = offer();
    client.receive(job);
    await settled();
    pool.halt();
    client.handBackAll('paused');
    expect(views.at(-1)).toMatchObject({ state: 'preempted', energyJoules: 42 });
    drawnJoules = 50;
    pool.resume();
    client.resume();
    client.receive({ ...job, attempt: 2 });
    await settled();
    drawnJoules = 8;
    starter.last.finish(CHAT_OUTPUT);
    await settled();
    expect(views.at(-1)).toMatchObject({ state: 'finished', attempt: 2, energyJoules: 58 });
    drawnJoules = null;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(views.at(-1)).toMatchObject({ state: 'finished', energyJoules: 58 });
  });

  it("leaves the time in which an output is delivered to the next job's draw", async () => {
    starter.provider = 'cuda';
    pool.limit({ gpus: [{ uuid: 'GPU-1', minorNumber: 0, dutyCycle: 1 }] });
    const spans: number[][] = [];
    let seconds = 0;
    const nodeKey = { nodeId: `0x${'0'.repeat(40)}`, signEnrolment: () => '' };
    using slow = new JobClient({
      pool,
      http: new GatewayHttp({ gatewayUrl: 'http://127.0.0.1:9', nodeKey, clock: systemClock }),
      send: () => true,
      energyOf: (_uuid, startMs, endMs) => {
        spans.push([startMs, endMs]);
        return 1;
      },
      isQuarantined: () => false,
      earlierTokens: () => 0,
      // A second passes between any two looks at it.
      clock: {
        now: () => {
          seconds += 1;
          return new Date(seconds * 1000);
        },
      },
      logger: pino({ level: 'silent' }),
    });
    const ended: JobView[] = [];
    slow.on('job', (view) => {
      if (view.endedAt !== null) ended.push(view);
    });
    slow.resume();
    slow.receive(offer());
    await settled();
    starter.last.finish({ ...CHAT_OUTPUT, text: 'a'.repeat(300_000) });
    await vi.waitUntil(() => ended.length > 0);
    const [job] = ended;
    expect(job).toMatchObject({ state: 'failed', error: { code: 'gateway-unreachable' }, energyJoules: 1 });
    const endedMs = Date.parse(job?.endedAt ?? '');
    expect(spans).toEqual([[Date.parse(job?.startedAt ?? ''), endedMs - 1000]]);
  });

  it('counts the credit of a result once, however often and about what it is told', async () => {
    using folder = temporaryFolder();
    const history = await JobHistory.open({
      folder: folder.path,
      clock: systemClock,
      logger: pino({ level: 'silent' }),
    });
    client.on('job', (view) => history.put(view));
    const job = offer({ attempt: 2 });
    const about = { type: 'acknowledge', jobId: job.jobId, attempt: 2 } as const;
    client.receive(job);
    await settled();
    client.receive({ ...about, creditWei: '5' });
    expect(views.every((view) => view.earnedWei === null)).toBe(true);
    starter.last.finish(CHAT_OUTPUT);
    await settled();
    client.receive(about);
    client.receive({ ...about, creditWei: '123456789012345678901' });
    const seen = views.length;
    for (let times = 0; times < 3; times += 1)
      client.receive({ ...about, creditWei: '123456789012345678901' });
    client.receive({ ...about, attempt: 1, creditWei: '7' });
    client.receive({ ...about, jobId: randomUUID(), creditWei: '7' });
    expect(views).toHaveLength(seen);
    expect(history.get(job.jobId)).toMatchObject({ state: 'finished', earnedWei: '123456789012345678901' });
    expect(history.totalsSince(new Date(0))).toMatchObject({
      finished: 1,
      earnedWei: '123456789012345678901',
    });
    await history[Symbol.asyncDispose]();
  });

  it('tells the whole generation again after a new connection, which repairs lost pieces', async () => {
    client.receive(offer());
    await settled();
    const run = starter.last.runs[0];
    run?.onChunk?.({ tokenOffset: 0, tokens: [1], textOffset: 0, text: 'upon' });
    connected = false;
    run?.onChunk?.({ tokenOffset: 1, tokens: [2], textOffset: 4, text: ' a' });
    connected = true;
    client.reconnected();
    expect(sent.at(-1)).toMatchObject({
      type: 'progress',
      chunk: { tokenOffset: 0, tokens: [1, 2], textOffset: 0, text: 'upon a' },
    });
  });

  it('ends a run at its wall time by killing the worker', async () => {
    client.receive(offer({ wallSeconds: 5 }));
    await settled();
    const worker = starter.last;
    await vi.advanceTimersByTimeAsync(5_001);
    expect(worker.alive).toBe(false);
    expect(sent.at(-1)).toMatchObject({ type: 'failed', error: { code: 'job-timeout' }, retryable: false });
    expect(pool.fault).toBeNull();
  });

  it('stops a cancelled run by killing the worker, and a waiting job without', async () => {
    const [first, second] = [offer(), offer()];
    client.receive(first);
    client.receive(second);
    await settled();
    const worker = starter.last;
    client.receive({ type: 'cancel', jobId: second.jobId, attempt: 1 });
    expect(worker.alive).toBe(true);
    client.receive({ type: 'cancel', jobId: first.jobId, attempt: 2 });
    expect(worker.alive).toBe(true);
    client.receive({ type: 'cancel', jobId: first.jobId, attempt: 1 });
    expect(worker.alive).toBe(false);
    expect(client.currentJobs).toEqual([]);
    expect(client.heldAttempts).toEqual([]);
  });

  it.each([
    [new GataError('context-length-exceeded', 'Too long.', { param: 'messages' }), false],
    [new GataError('worker-crashed', 'It died.'), true],
    [new Error('unexpected: secret'), true],
  ])('reports %s, and whether another node may succeed', async (error, retryable) => {
    client.receive(offer());
    await settled();
    starter.last.fail(GataError.from(error));
    await settled();
    expect(sent.at(-1)).toMatchObject({
      type: 'failed',
      retryable,
      error: { code: GataError.from(error).code },
    });
    expect(JSON.stringify(sent)).not.toContain('secret');
    expect(states().at(-1)).toBe('failed');
  });

  it.each<[string, Partial<Offer>, string, boolean]>([
    ['that is not MessagePack', { input: { inline: Uint8Array.of(0xc1) } }, 'invalid-request', false],
    ['of another kind', { kind: 'embedding' }, 'invalid-request', false],
    ['that cannot be fetched', { input: { blob: 'f'.repeat(64), bytes: 10 } }, 'gateway-unreachable', true],
  ])('fails a job with an input %s without troubling a worker', async (_what, changed, code, retryable) => {
    client.receive(offer(changed));
    await vi.waitUntil(() => types().includes('failed'));
    expect(sent.at(-1)).toMatchObject({ type: 'failed', error: { code }, retryable });
    expect(starter.last.runs).toEqual([]);
  });

  it('lets a job whose model is there pass one that still fetches its own', async () => {
    const slow = offer({ model: { id: 'slow', digest: 'b'.repeat(64) } });
    starter.before = (model) => (model.folder.endsWith('b') ? new Promise(() => {}) : Promise.resolve());
    client.receive(slow);
    const quick = offer();
    client.receive(quick);
    await settled();
    expect(client.currentJobs.map((job) => job.state)).toEqual(['waiting', 'running']);
  });

  it('measures the speed of the generation that runs', async () => {
    client.receive(offer());
    await settled();
    expect(client.tokensPerSecond).toBeNull();
    for (let token = 0; token <= 10; token += 1) {
      starter.last.runs[0]?.onChunk?.({ tokenOffset: token, tokens: [token], textOffset: token, text: 'x' });
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(client.tokensPerSecond).toBeCloseTo(50);
  });
});

async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => setImmediate(done));
}
