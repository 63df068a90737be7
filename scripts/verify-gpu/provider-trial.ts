import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Tensor } from 'onnxruntime-node';
import type { ExecutionProvider } from '../../src/shared/execution-provider.ts';
import { MANIFEST_FILE_NAME, modelManifestSchema } from '../../src/shared/model-manifest.ts';
import { createSession } from '../../src/workers/model/create-session.ts';
import { loadModel } from '../../src/workers/model/load-model.ts';
import { percentile } from '../start/summary.ts';
import type { ChatResult, ConvolutionResult, TrialMessage } from './trial-result.ts';

/** Beside the programs in a checkout and in a pack alike. */
const ASSETS = path.resolve(import.meta.dirname, '../../assets');
const SIZE = 512;
const IMAGE_CHANNELS = 3;
/** As of assets/benchmarks/convolution-model.ts, whose test compares them. */
export const CONVOLUTION_GIGAFLOPS = 10.56964608;
const CONVOLUTION_RUNS = 30;
const CONVOLUTION_LIMIT_MS = 20_000;
/** The values spread around 1; TF32 keeps ten bits of them through four layers. */
const TOLERANCE = 0.02;

export interface TrialOptions {
  readonly provider: ExecutionProvider;
  readonly benchmarks: readonly ('chat' | 'convolution')[];
  readonly runs: number;
  readonly tokens: number;
}

/** Runs the benchmarks on one provider through the worker's own code, and reports each as it ends. */
export async function runTrial(
  options: TrialOptions,
  report: (message: TrialMessage) => void,
): Promise<void> {
  for (const benchmark of options.benchmarks) {
    try {
      if (benchmark === 'chat') report({ benchmark, result: await chat(options) });
      else report({ benchmark, result: await convolution(options.provider) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      report({ benchmark: 'failed', of: benchmark, reason: reason.slice(0, 1000) });
    }
  }
}

async function chat({ provider, runs, tokens }: TrialOptions): Promise<ChatResult> {
  const folder = path.join(ASSETS, 'models/npc-chat');
  if (!existsSync(path.join(folder, 'onnx/model.onnx'))) throw new Error('The model npc-chat is not here.');
  const manifest = modelManifestSchema.parse(
    JSON.parse(readFileSync(path.join(folder, MANIFEST_FILE_NAME), 'utf8')),
  );
  const startedMs = performance.now();
  await using model = await loadModel({ folder, manifest, providers: [provider], threads: 0 }, log);
  const loadMs = performance.now() - startedMs;
  const generate = async (count: number) => {
    const beganMs = performance.now();
    let firstTokenMs: number | undefined;
    const output = await model.run(
      {
        kind: 'text.generate',
        prompt: { messages: [{ role: 'user', content: 'Hello there! What can I buy here?' }] },
        sampling: { temperature: 0, topP: 1, topK: 0, minTokens: count, maxTokens: count, stop: [] },
      },
      {
        onChunk: () => {
          firstTokenMs ??= performance.now() - beganMs;
        },
      },
    );
    const tookMs = performance.now() - beganMs;
    const first = firstTokenMs ?? tookMs;
    const perSecond = count > 1 ? ((count - 1) * 1000) / (tookMs - first) : 1000 / tookMs;
    return { tookMs, firstTokenMs: first, tokensPerSecond: perSecond, output };
  };
  const { tookMs: warmUpMs } = await generate(Math.min(8, tokens));
  const results = [];
  for (let run = 0; run < runs; run++) results.push(await generate(tokens));
  const output = results.at(-1)?.output;
  return {
    loadMs,
    warmUpMs,
    tokens,
    runs: results.map(({ firstTokenMs, tokensPerSecond }) => ({ firstTokenMs, tokensPerSecond })),
    text: output?.kind === 'text.generate' ? output.text : '',
  };
}

async function convolution(provider: ExecutionProvider): Promise<ConvolutionResult> {
  const graphPath = path.join(ASSETS, 'benchmarks/convolution.onnx');
  const load = async (on: ExecutionProvider) => {
    const { session } = await createSession({ graphPath, providers: [on], threads: 0 }, log);
    const run = async () => {
      const { features } = await session.run({ image: picture() }, ['features']);
      if (features === undefined || !(features.data instanceof Float32Array)) {
        throw new Error('The model returned no picture.');
      }
      return features.data;
    };
    return { session, run };
  };
  const startedMs = performance.now();
  const { session, run } = await load(provider);
  const loadMs = performance.now() - startedMs;
  try {
    const warmUpStartedMs = performance.now();
    const result = await run();
    const warmUpMs = performance.now() - warmUpStartedMs;
    const times: number[] = [];
    const untilMs = performance.now() + CONVOLUTION_LIMIT_MS;
    while (times.length < CONVOLUTION_RUNS && (times.length === 0 || performance.now() < untilMs)) {
      const runStartedMs = performance.now();
      await run();
      times.push(performance.now() - runStartedMs);
    }
    const reference = await load('cpu');
    const expected = await reference.run();
    await reference.session.release();
    const largestDifference = expected.reduce(
      (largest, value, at) => Math.max(largest, Math.abs(value - (result[at] ?? Number.NaN))),
      0,
    );
    const msP50 = percentile(times, 0.5);
    return {
      loadMs,
      warmUpMs,
      runs: times.length,
      msP50,
      gigaflopsPerSecond: (CONVOLUTION_GIGAFLOPS * 1000) / msP50,
      largestDifference: Number.isFinite(largestDifference) ? largestDifference : null,
      isCorrect: largestDifference <= TOLERANCE,
    };
  } finally {
    await session.release();
  }
}

/** The same picture at each call: waves of several lengths. */
function picture(): Tensor {
  const values = Float32Array.from({ length: IMAGE_CHANNELS * SIZE ** 2 }, (_, at) => Math.sin(at * 0.37));
  return new Tensor('float32', values, [1, IMAGE_CHANNELS, SIZE, SIZE]);
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
