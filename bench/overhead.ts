import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import { z } from 'zod';
import { percentile } from '../scripts/start/summary.ts';
import { resolveCpuThreads } from '../src/shared/cpu-threads.ts';
import { DEFAULT_SETTINGS } from '../src/shared/settings.ts';
import { startLoop } from '../test/support/loop.ts';
import { measureFilteredCalls } from './filtered-calls.ts';
import { measureSandbox } from './overhead-sandbox.ts';
import type { BenchOptions, BenchResult } from './report.ts';

const ROUNDS = 30;
const LONG_TOKENS = 400;
const SHORT_SAMPLES = 300;
const WARM_UP = 20;
const SANDBOX_SAMPLES = { starts: 30, rounds: 150 };
const QUICK_SANDBOX_SAMPLES = { starts: 5, rounds: 30 };
const PROMPT = 'Hello there! What can I buy here?';

/**
 * npc-chat's tokens/s from buyer through gateway, agent and sandboxed worker and back, streamed, against the same
 * loop in one bare process; and what the whole way adds to a job of one token. Both sides take turns. Then the same
 * worker in the sandbox and without one: its start, its tokens/s and its system calls.
 */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  // First, while the loop does not run beside it.
  const calls = measureFilteredCalls();
  const sandbox = await measureSandbox('bubblewrap', quick ? QUICK_SANDBOX_SAMPLES : SANDBOX_SAMPLES);

  await using loop = await startLoop();
  await using bare = await BareProcess.start();
  const client = new OpenAI({
    baseURL: `${loop.gateway.url}/v1`,
    apiKey: loop.gateway.apiKey,
    maxRetries: 0,
  });

  for (let sample = 0; sample < WARM_UP; sample += 1) {
    await bare.generate(1);
    await generate(client, 1);
  }
  const bareShortMs: number[] = [];
  const loopShortMs: number[] = [];
  for (let sample = 0; sample < SHORT_SAMPLES; sample += 1) {
    bareShortMs.push(await bare.generate(1));
    loopShortMs.push(await generate(client, 1));
  }
  const bareShortMedian = percentile(bareShortMs, 0.5);
  const addedMs = loopShortMs.map((ms) => ms - bareShortMedian);

  const bareLongMs: number[] = [];
  const loopLongMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bareLongMs.push(await bare.generate(LONG_TOKENS));
    loopLongMs.push(await generate(client, LONG_TOKENS));
  }
  const tokensPerSecond = (times: readonly number[]) => (1000 * LONG_TOKENS) / percentile(times, 0.5);
  // Neighbours in time share what else the machine did meanwhile.
  const ratios = bareLongMs.map((ms, round) => ms / (loopLongMs[round] ?? Number.NaN));
  return {
    samples: SHORT_SAMPLES,
    figures: {
      tokensPerSecond: tokensPerSecond(loopLongMs),
      tokensPerSecondRatio: percentile(ratios, 0.5),
      addedLatencyMsP50: percentile(addedMs, 0.5),
      addedLatencyMsP99: percentile(addedMs, 0.99),
      sandboxAddedStartMs: sandbox.addedStartMs,
      sandboxTokensPerSecondRatio: sandbox.tokensPerSecondRatio,
      sandboxTokensPerProcessorSecondRatio: sandbox.tokensPerProcessorSecondRatio,
      filterAddedNsPerCall: calls.allowedAddedNs,
      filterAddedNsPerCheckedCall: calls.checkedAddedNs,
    },
    peers: {
      'tokensPerSecond in one bare process': tokensPerSecond(bareLongMs),
      'one token in one bare process, ms p50': bareShortMedian,
      'start of a worker without sandbox, ms p50': sandbox.bareStartMs,
      'getpid without filter, ns': calls.bareGetpidNs,
    },
    promises: [
      { figure: 'tokensPerSecondRatio', op: '>=', value: 0.95 },
      { figure: 'addedLatencyMsP50', op: '<=', value: 10 },
      { figure: 'addedLatencyMsP99', op: '<=', value: 30 },
      { figure: 'sandboxAddedStartMs', op: '<=', value: 150 },
      { figure: 'sandboxTokensPerSecondRatio', op: '>=', value: 0.99 },
    ],
  };
}

/** Milliseconds from the request to the end of its stream. */
async function generate(client: OpenAI, tokens: number): Promise<number> {
  const body = {
    model: 'npc-chat',
    messages: [{ role: 'user' as const, content: PROMPT }],
    stream: true as const,
    stream_options: { include_usage: true },
    temperature: 0,
    max_tokens: tokens,
    min_tokens: tokens,
  };
  const started = performance.now();
  let completionTokens = 0;
  for await (const chunk of await client.chat.completions.create(body)) {
    completionTokens = chunk.usage?.completion_tokens ?? completionTokens;
  }
  const tookMs = performance.now() - started;
  if (completionTokens !== tokens)
    throw new Error(`The loop generated ${completionTokens} of ${tokens} tokens.`);
  return tookMs;
}

class BareProcess implements AsyncDisposable {
  readonly #child: ChildProcess;

  static async start(): Promise<BareProcess> {
    const threads = String(resolveCpuThreads(DEFAULT_SETTINGS.compute.cpuThreads, availableParallelism()));
    const bare = new BareProcess(fork(path.join(import.meta.dirname, 'bare-generation.ts'), [threads]));
    await once(bare.#child, 'message');
    return bare;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  async generate(tokens: number): Promise<number> {
    this.#child.send({
      kind: 'text.generate',
      prompt: { messages: [{ role: 'user', content: PROMPT }] },
      sampling: { temperature: 0, maxTokens: tokens, minTokens: tokens },
    });
    const [tookMs] = await once(this.#child, 'message');
    return z.number().parse(tookMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill();
    await exited;
  }
}
