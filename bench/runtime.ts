import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { InferenceSession, Tensor as NodeTensor } from 'onnxruntime-node';
import { OrtAbortedError, type OrtEnvironment, openOrtEnvironment, type Session } from 'ort-native';
import { matrixChain, tensorValue, writeModel } from '../packages/ort-native/test/onnx-writer.ts';
import { percentile } from '../scripts/start/summary.ts';
import type { BenchOptions, BenchResult } from './report.ts';

/** Short rounds by turns, so that whatever else the machine does falls on both. */
const ROUNDS = 25;
const CALLS_PER_ROUND = 4000;
const SMALL_LENGTH = 64;

const OPERATORS = 1000;
const MATRIX_SIZE = 192;
const CANCELS = 100;
const LONG_RUN_MILLISECONDS = 2000;

/**
 * What a call of ort-native costs on a small model, against onnxruntime-node with the same model in the same process;
 * how soon an aborted run returns; and how much a long run delays the event loop.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  using environment = openOrtEnvironment({ logSeverity: 'error' });
  const calls = await measureCalls(environment, quick ? 5 : ROUNDS);
  const cancel = await measureCancel(environment, quick ? 10 : CANCELS);
  const eventLoop = await measureEventLoop(environment);
  return {
    samples: calls.rounds * CALLS_PER_ROUND,
    figures: {
      microsecondsPerCall: calls.automatic,
      microsecondsPerCallOnThread: calls.onThread,
      ratioToOnnxruntimeNode: calls.ratio,
      operatorMilliseconds: cancel.operatorMs,
      cancelP50Ms: cancel.p50Ms,
      cancelP99Ms: cancel.p99Ms,
      cancelP99BeyondOneOperatorMs: cancel.p99Ms - cancel.operatorMs,
      eventLoopDelayP99Ms: eventLoop.duringRunMs,
    },
    peers: {
      'microsecondsPerCall of onnxruntime-node': calls.peer,
      'eventLoopDelayP99Ms without a run': eventLoop.withoutRunMs,
    },
    promises: [
      { figure: 'ratioToOnnxruntimeNode', op: '<=', value: 1 },
      { figure: 'cancelP99BeyondOneOperatorMs', op: '<=', value: 5 },
      { figure: 'eventLoopDelayP99Ms', op: '<=', value: 5 },
    ],
  };
}

async function measureCalls(environment: OrtEnvironment, rounds: number) {
  const model = writeModel({
    nodes: [{ operator: 'Add', inputs: ['a', 'b'], outputs: ['c'] }],
    inputs: [tensorValue('a', 'float32', ['n']), tensorValue('b', 'float32', ['n'])],
    outputs: [tensorValue('c', 'float32', ['n'])],
  });
  const data = new Float32Array(SMALL_LENGTH).fill(1);
  using automatic = await environment.createSession(model, { intraOpThreads: 1 });
  using threaded = await environment.createSession(model, { intraOpThreads: 1, dispatch: 'thread' });
  const peer = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const measurements: Record<'automatic' | 'onThread' | 'peer' | 'ratios', number[]> = {
    automatic: [],
    onThread: [],
    peer: [],
    ratios: [],
  };
  for (let round = -1; round < rounds; round += 1) {
    const bare = await microsecondsPerCall(() => callPeer(peer, data));
    const native = await microsecondsPerCall(() => callNative(environment, automatic, data));
    const onThread = await microsecondsPerCall(() => callNative(environment, threaded, data));
    // The first round warms up.
    if (round < 0) continue;
    measurements.peer.push(bare);
    measurements.automatic.push(native);
    measurements.onThread.push(onThread);
    measurements.ratios.push(native / bare);
  }
  await peer.release();
  return {
    rounds,
    automatic: percentile(measurements.automatic, 0.5),
    onThread: percentile(measurements.onThread, 0.5),
    peer: percentile(measurements.peer, 0.5),
    ratio: percentile(measurements.ratios, 0.5),
  };
}

/** A whole call: new tensors over the caller's arrays, the run, and the result as an array. */
async function callNative(
  environment: OrtEnvironment,
  session: Session,
  data: Float32Array,
): Promise<number> {
  using a = environment.tensor('float32', data);
  using b = environment.tensor('float32', data);
  using outputs = await session.run({ a, b });
  return outputs.tensor('c').elements('float32').length;
}

async function callPeer(session: InferenceSession, data: Float32Array): Promise<number> {
  const a = new NodeTensor('float32', data, [data.length]);
  const b = new NodeTensor('float32', data, [data.length]);
  const { c } = await session.run({ a, b });
  return c?.data.length ?? 0;
}

async function microsecondsPerCall(call: () => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  for (let index = 0; index < CALLS_PER_ROUND; index += 1) {
    if ((await call()) !== SMALL_LENGTH) throw new Error('The model gave something else.');
  }
  return ((performance.now() - startedAt) / CALLS_PER_ROUND) * 1000;
}

async function measureCancel(environment: OrtEnvironment, count: number) {
  using session = await environment.createSession(matrixChain(OPERATORS, MATRIX_SIZE), { intraOpThreads: 1 });
  using matrix = matrixOf(environment);
  const feeds = { x: matrix, w: matrix };
  (await session.run(feeds))[Symbol.dispose]();
  const startedAt = performance.now();
  (await session.run(feeds))[Symbol.dispose]();
  const wholeMs = performance.now() - startedAt;
  const latencies: number[] = [];
  for (let attempt = 0; latencies.length < count && attempt < 2 * count; attempt += 1) {
    const controller = new AbortController();
    const settled = session.run(feeds, { signal: controller.signal }).then(
      (outputs) => outputs[Symbol.dispose](),
      (error: unknown) => error,
    );
    await sleep(wholeMs * (0.1 + (0.6 * latencies.length) / count));
    const abortedAt = performance.now();
    controller.abort();
    // On a busy machine the sleep may outlast the run.
    if ((await settled) instanceof OrtAbortedError) latencies.push(performance.now() - abortedAt);
  }
  if (latencies.length < count) throw new Error('Too few runs lasted long enough to be aborted.');
  return {
    operatorMs: wholeMs / OPERATORS,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

/** Runs the chain for two seconds, as one run of a model made to that measure. */
async function measureEventLoop(environment: OrtEnvironment) {
  using matrix = matrixOf(environment);
  const feeds = { x: matrix, w: matrix };
  const operatorMs = await measureOperator(environment, feeds);
  const operators = Math.ceil(LONG_RUN_MILLISECONDS / operatorMs);
  using session = await environment.createSession(matrixChain(operators, MATRIX_SIZE), { intraOpThreads: 1 });
  const withoutRunMs = await delayDuring(() => sleep(LONG_RUN_MILLISECONDS));
  const duringRunMs = await delayDuring(async () => {
    using outputs = await session.run(feeds);
    if (outputs.names.length !== 1) throw new Error('The model gave something else.');
  });
  return { withoutRunMs, duringRunMs };
}

async function delayDuring(work: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return delay.percentile(99) / 1e6;
}

async function measureOperator(
  environment: OrtEnvironment,
  feeds: Parameters<Session['run']>[0],
): Promise<number> {
  using session = await environment.createSession(matrixChain(OPERATORS, MATRIX_SIZE), { intraOpThreads: 1 });
  const startedAt = performance.now();
  (await session.run(feeds))[Symbol.dispose]();
  return (performance.now() - startedAt) / OPERATORS;
}

function matrixOf(environment: OrtEnvironment) {
  const data = new Float32Array(MATRIX_SIZE * MATRIX_SIZE).fill(1 / MATRIX_SIZE);
  return environment.tensor('float32', data, [MATRIX_SIZE, MATRIX_SIZE]);
}
