import { availableParallelism } from 'node:os';
import { percentile } from '../scripts/start/summary.ts';
import { resolveCpuThreads } from '../src/shared/cpu-threads.ts';
import { DEFAULT_SETTINGS } from '../src/shared/settings.ts';
import type { TextGenerateInput } from '../src/shared/task.ts';
import { BundleFolder } from '../src/workers/model/bundle-folder.ts';
import { createSession } from '../src/workers/model/create-session.ts';
import { readModelConfig } from '../src/workers/model/model-config.ts';
import type { ModelSession } from '../src/workers/model/model-session.ts';
import { PacedSession } from '../src/workers/model/paced-session.ts';
import { Pacer } from '../src/workers/pacer.ts';
import { TextGenerateTask } from '../src/workers/tasks/text-generate.ts';
import { TextTokenizer } from '../src/workers/text/text-tokenizer.ts';
import { builtWorker } from '../test/support/built-program.ts';
import { demoModel } from '../test/support/demo-models.ts';
import { startWorkerHost } from '../test/support/worker-host-process.ts';
import type { BenchResult } from './report.ts';

/** Many short rounds: most see nothing of what else the machine does. */
const ROUNDS = 600;
/** Each pair of workers in processes of its own: one may have had the better place in memory. */
const WORKER_PAIRS = 12;
const WARM_UP = 4;
const TOKENS = 24;
const DUTY_CYCLES = [0.75, 0.5, 0.25, 0.1];
/** How long each duty cycle is held. */
const DUTY_MS = 8000;
const threads = resolveCpuThreads(DEFAULT_SETTINGS.compute.cpuThreads, availableParallelism());

const input: TextGenerateInput = {
  kind: 'text.generate',
  prompt: { messages: [{ role: 'user', content: 'Hello there! What can I buy here?' }] },
  sampling: { temperature: 0, topP: 1, topK: 0, minTokens: TOKENS, maxTokens: TOKENS, stop: [] },
};

/** Does one generation; returns how long it took, in milliseconds. */
type Generate = () => Promise<number>;

/**
 * What pacing costs when nothing is paced, in two ways: worker processes of which one was told `pace 1`, and the
 * worker's own loop in this process with and without the pacer around its session. And how well a duty cycle is
 * kept: the share of time in the session's `run`.
 */
export async function run(): Promise<BenchResult> {
  const inWorkers = await compareWorkers();
  const inProcess = await compareInProcess();
  const duty = await measureDuty();
  return {
    samples: ROUNDS,
    figures: {
      tokensPerSecond: (1000 * TOKENS) / percentile(inWorkers.withMs, 0.5),
      ratioToWorkerNeverPaced: medianRatio(inWorkers),
      ratioToPacerBypassed: medianRatio(inProcess),
      ...duty.figures,
      worstDutyError: duty.worstError,
      dutyErrorOfOneSecondP95: duty.secondErrorP95,
    },
    peers: {
      'tokensPerSecond of a worker never paced': (1000 * TOKENS) / percentile(inWorkers.withoutMs, 0.5),
      'tokensPerSecond with the pacer bypassed': (1000 * TOKENS) / percentile(inProcess.withoutMs, 0.5),
    },
    // Two processes differ by more than a hundredth on a busy machine, whichever of them was paced; one does not.
    promises: [
      { figure: 'ratioToPacerBypassed', op: '>=', value: 0.99 },
      { figure: 'worstDutyError', op: '<=', value: 0.03 },
    ],
  };
}

interface Comparison {
  readonly withMs: number[];
  readonly withoutMs: number[];
}

/** Takes turns, each side first every other time: neighbours share what else the machine did. */
async function alternate(withPacer: Generate, without: Generate, rounds: number): Promise<Comparison> {
  const comparison: Comparison = { withMs: [], withoutMs: [] };
  for (let round = -WARM_UP; round < rounds; round++) {
    const sides: [Generate, number[]][] = [
      [withPacer, comparison.withMs],
      [without, comparison.withoutMs],
    ];
    for (const [generate, times] of round % 2 === 0 ? sides : sides.toReversed()) {
      const tookMs = await generate();
      if (round >= 0) times.push(tookMs);
    }
  }
  return comparison;
}

/** Of the speeds: below 1 is slower with the pacer. */
function medianRatio({ withMs, withoutMs }: Comparison): number {
  return percentile(
    withMs.map((ms, round) => (withoutMs[round] ?? Number.NaN) / ms),
    0.5,
  );
}

async function compareWorkers(): Promise<Comparison> {
  const all: Comparison = { withMs: [], withoutMs: [] };
  for (let pair = 0; pair < WORKER_PAIRS; pair++) {
    const first = await workerWithChat();
    const second = await workerWithChat();
    const [told, untold] = pair % 2 === 0 ? [first, second] : [second, first];
    try {
      told.send({ type: 'pace', dutyCycle: 1 });
      const { withMs, withoutMs } = await alternate(
        generateIn(told),
        generateIn(untold),
        ROUNDS / WORKER_PAIRS,
      );
      all.withMs.push(...withMs);
      all.withoutMs.push(...withoutMs);
    } finally {
      told.kill();
      untold.kill();
      await Promise.all([told.exit, untold.exit]);
    }
  }
  return all;
}

async function workerWithChat() {
  const host = startWorkerHost(await builtWorker());
  await host.next();
  host.send({ type: 'load', ...demoModel('npc-chat'), providers: ['cpu'], threads });
  const answer = await host.next();
  if (answer.type !== 'loaded')
    throw new Error(`The worker does not load npc-chat: ${JSON.stringify(answer)}`);
  return host;
}

function generateIn(host: Awaited<ReturnType<typeof workerWithChat>>): Generate {
  return async () => {
    host.send({ type: 'run', id: 'bench', input });
    for (;;) {
      const message = await host.next();
      if (message.type === 'result') return message.runMs;
      if (message.type !== 'chunk')
        throw new Error(`The worker does not generate: ${JSON.stringify(message)}`);
    }
  };
}

async function compareInProcess(): Promise<Comparison> {
  const session = await chatSession();
  try {
    const paced = await generateOn(new PacedSession(session, new Pacer()));
    return await alternate(paced, await generateOn(session), ROUNDS);
  } finally {
    await session.release();
  }
}

async function chatSession(): Promise<ModelSession> {
  const { folder, manifest } = demoModel('npc-chat');
  const graphPath = new BundleFolder(folder, manifest).graphPath();
  const { session } = await createSession({ graphPath, providers: ['cpu'], threads }, () => {});
  return session;
}

async function generateOn(session: ModelSession): Promise<Generate> {
  const { folder, manifest } = demoModel('npc-chat');
  const bundle = new BundleFolder(folder, manifest);
  const task = await TextGenerateTask.create({
    session,
    manifest,
    bundle,
    config: await readModelConfig(bundle),
    tokenizer: () => TextTokenizer.read(bundle),
  });
  return async () => {
    const startedMs = performance.now();
    await task.run(input, {});
    return performance.now() - startedMs;
  };
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

async function measureDuty() {
  const session = await chatSession();
  const spans: Span[] = [];
  const timed: ModelSession = {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputMetadata: session.inputMetadata,
    outputMetadata: session.outputMetadata,
    release: () => session.release(),
    run: async (feeds, fetches) => {
      const startMs = performance.now();
      const results = await session.run(feeds, fetches);
      spans.push({ startMs, endMs: performance.now() });
      return results;
    },
  };
  try {
    const pacer = new Pacer();
    const generate = await generateOn(new PacedSession(timed, pacer));
    await generate();
    const figures: Record<string, number> = {};
    const errors: number[] = [];
    const secondErrors: number[] = [];
    for (const dutyCycle of DUTY_CYCLES) {
      pacer.setDutyCycle(dutyCycle);
      spans.length = 0;
      const startMs = performance.now();
      while (performance.now() - startMs < DUTY_MS) await generate();
      const endMs = spans.at(-1)?.endMs ?? startMs;
      const share = busyMs(spans, startMs, endMs) / (endMs - startMs);
      figures[`shareAt${dutyCycle * 100}Percent`] = share;
      errors.push(Math.abs(share - dutyCycle));
      for (let at = startMs; at + 1000 <= endMs; at += 100) {
        secondErrors.push(Math.abs(busyMs(spans, at, at + 1000) / 1000 - dutyCycle));
      }
    }
    return { figures, worstError: Math.max(...errors), secondErrorP95: percentile(secondErrors, 0.95) };
  } finally {
    await session.release();
  }
}

/** How much of the spans lies between two moments. */
function busyMs(spans: readonly Span[], fromMs: number, toMs: number): number {
  return spans.reduce(
    (sum, { startMs, endMs }) => sum + Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)),
    0,
  );
}
