import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { GatewayHttp } from '../../../src/agent/jobs/gateway-http.ts';
import { JobClient } from '../../../src/agent/jobs/job-client.ts';
import { createWorkerStarter } from '../../../src/agent/jobs/start-worker.ts';
import { type PoolFault, WorkerPool } from '../../../src/agent/jobs/worker-pool.ts';
import type { WorkerModel, WorkerProcess } from '../../../src/agent/jobs/worker-process.ts';
import { chooseSandbox } from '../../../src/agent/sandbox/choose-sandbox.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { encodeMessage } from '../../../src/shared/frame-codec.ts';
import { type Offer, type UpMessage, upMessageSchema } from '../../../src/shared/job-protocol.ts';
import type { TaskInput } from '../../../src/shared/task.ts';
import { builtWorker } from '../../support/built-program.ts';
import { writeBundle } from '../../support/onnx-bundle.ts';
import { onnxModel } from '../../support/onnx-file.ts';
import { isAlive } from '../../support/process-tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const program = await builtWorker();
const sandbox = await chooseSandbox({ program });
const folder = temporaryFolder();
const logger = pino({ level: 'silent' });
const scalar = { shape: [] } as const;
const matrix = { type: 'float32', shape: [32, 32] } as const;

/** Multiplies a matrix by itself as often as its input says, inside one run of ONNX Runtime. */
const loop: WorkerModel = writeBundle(path.join(folder.path, 'loop'), {
  'onnx/model.onnx': onnxModel({
    nodes: [
      {
        op_type: 'Loop',
        input: ['times', '', 'x'],
        output: ['y'],
        attributes: {
          body: {
            nodes: [
              { op_type: 'Identity', input: ['goes_on'], output: ['still'] },
              { op_type: 'MatMul', input: ['before', 'before'], output: ['after'] },
            ],
            inputs: [
              { name: 'index', type: 'int64', ...scalar },
              { name: 'goes_on', type: 'bool', ...scalar },
              { name: 'before', ...matrix },
            ],
            outputs: [
              { name: 'still', type: 'bool', ...scalar },
              { name: 'after', ...matrix },
            ],
          },
        },
      },
    ],
    inputs: [
      { name: 'times', type: 'int64', ...scalar },
      { name: 'x', ...matrix },
    ],
    outputs: [{ name: 'y', ...matrix }],
  }),
});

function inputOf(times: bigint): TaskInput {
  const count = new Uint8Array(8);
  new DataView(count.buffer).setBigInt64(0, times, true);
  return {
    kind: 'onnx.run',
    inputs: {
      times: { type: 'int64', dims: [], data: count },
      x: { type: 'float32', dims: [32, 32], data: new Uint8Array(32 * 32 * 4) },
    },
  };
}

function offer(times: bigint, wallSeconds: number): Offer {
  return {
    type: 'offer',
    jobId: randomUUID(),
    attempt: 1,
    kind: 'onnx.run',
    model: { id: 'loop', digest: 'a'.repeat(64) },
    input: { inline: encodeMessage(inputOf(times)) },
    answerWithinMs: 1000,
    leaseSeconds: 9,
    wallSeconds,
  };
}

describe('a job that never leaves native code', () => {
  const started: { worker: WorkerProcess; pid: number }[] = [];
  const sent: UpMessage[] = [];
  const faults: PoolFault[] = [];
  const start = createWorkerStarter({ sandbox, providers: ['cpu'], logger });
  const pool = new WorkerPool({
    startWorker: async (...args) => {
      const worker = await start(...args);
      started.push({ worker, pid: worker.pid ?? 0 });
      return worker;
    },
    ensureModel: async () => ({ ...loop, [Symbol.dispose]: () => {} }),
    settings: () => ({ cpuThreads: 1, allowUnsandboxed: true }),
    clock: systemClock,
    logger,
  });
  const client = new JobClient({
    pool,
    http: new GatewayHttp({
      gatewayUrl: 'http://127.0.0.1:9',
      nodeKey: { nodeId: `0x${'0'.repeat(40)}`, signEnrolment: () => '' },
      clock: systemClock,
    }),
    send: (message) => {
      sent.push(upMessageSchema.parse(message));
      return true;
    },
    isQuarantined: () => false,
    energyOf: () => null,
    earlierTokens: () => 0,
    clock: systemClock,
    logger,
  });
  pool.on('fault', (fault) => faults.push(fault));
  pool.resume();
  client.resume();
  afterAll(async () => {
    client[Symbol.dispose]();
    await pool.halt().gone;
  });

  const answerTo = (jobId: string) =>
    vi.waitUntil(
      () =>
        sent.find(
          (message) => (message.type === 'failed' || message.type === 'result') && message.jobId === jobId,
        ),
      { timeout: 30_000, interval: 10 },
    );

  it('is killed at its deadline, told to the buyer as a timeout, and held against its model', async () => {
    const endless = offer(2n ** 60n, 1.5);
    client.receive(endless);
    expect(await answerTo(endless.jobId)).toMatchObject({
      type: 'failed',
      retryable: false,
      error: { code: 'job-timeout', message: expect.stringContaining('1.5 s') },
    });
    const [stuck] = started;
    await stuck?.worker.exited;
    expect(stuck?.pid).toBeGreaterThan(1);
    expect(isAlive(stuck?.pid ?? 0)).toBe(false);
    expect(faults).toMatchObject([{ modelId: 'test', kind: 'hang' }]);
    expect(client.currentJobs).toEqual([]);
  });

  it('leaves its place to the next', async () => {
    const short = offer(3n, 60);
    client.receive(short);
    expect(await answerTo(short.jobId)).toMatchObject({ type: 'result' });
    expect(started).toHaveLength(2);
    expect(faults).toHaveLength(1);
  });
});
