import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import pino from 'pino';
import { percentile } from '../scripts/start/summary.ts';
import { createWorkerStarter } from '../src/agent/jobs/start-worker.ts';
import type { WorkerProcess } from '../src/agent/jobs/worker-process.ts';
import { chooseSandbox } from '../src/agent/sandbox/choose-sandbox.ts';
import { ConfinedProcess } from '../src/agent/sandbox/confined-process.ts';
import type { Sandbox } from '../src/agent/sandbox/sandbox.ts';
import { Unconfined } from '../src/agent/sandbox/unconfined.ts';
import type { SandboxMechanism } from '../src/shared/local-api.ts';
import { taskInputSchema } from '../src/shared/task.ts';
import { builtWorker } from '../test/support/built-program.ts';
import { demoModel } from '../test/support/demo-models.ts';

const TOKENS = 100;
const WARM_UP = 3;

export interface SandboxOverhead {
  /** Medians, from the start of the process to its first word. */
  readonly bareStartMs: number;
  readonly addedStartMs: number;
  /** Of generation in a sandboxed worker to that in a worker without sandbox: the median of neighbours in time. */
  readonly tokensPerSecondRatio: number;
  /** The same by processor time, which other programs disturb less. */
  readonly tokensPerProcessorSecondRatio: number;
}

/** The same worker in this sandbox and in none, in turns. @throws Error where the sandbox does not work. */
export async function measureSandbox(
  mechanism: Exclude<SandboxMechanism, 'none'>,
  samples: { readonly starts: number; readonly rounds: number },
): Promise<SandboxOverhead> {
  const program = await builtWorker();
  const sandbox = await chooseSandbox({ program, mechanisms: [mechanism] });
  if (sandbox.mechanism !== mechanism) throw new Error(sandbox.describe().detail);
  const bare = new Unconfined(program, 'For comparison.');

  const bareStarts: number[] = [];
  const starts: number[] = [];
  for (let sample = 0; sample < samples.starts; sample += 1) {
    bareStarts.push(await startMs(bare));
    starts.push(await startMs(sandbox));
  }
  const bareStartMs = percentile(bareStarts, 0.5);

  await using bareWorker = await startWorker(bare);
  await using worker = await startWorker(sandbox);
  const ratios: number[] = [];
  const processorRatios: number[] = [];
  for (let round = -WARM_UP; round < samples.rounds; round += 1) {
    // Who goes first takes turns too.
    const order = round % 2 === 0 ? [bareWorker, worker] : [worker, bareWorker];
    const took = new Map<WorkerProcess, Generation>();
    for (const each of order) took.set(each, await generate(each));
    const [ofBare, ofSandboxed] = [took.get(bareWorker), took.get(worker)];
    if (round < 0 || ofBare === undefined || ofSandboxed === undefined) continue;
    ratios.push(ofBare.tookMs / ofSandboxed.tookMs);
    processorRatios.push(ofBare.processorMs / ofSandboxed.processorMs);
  }
  return {
    bareStartMs,
    addedStartMs: percentile(starts, 0.5) - bareStartMs,
    tokensPerSecondRatio: percentile(ratios, 0.5),
    tokensPerProcessorSecondRatio: percentile(processorRatios, 0.5),
  };
}

async function startMs(sandbox: Sandbox): Promise<number> {
  const started = performance.now();
  const worker = new ConfinedProcess(sandbox.wrap({ modelFolder: demoModel('npc-chat').folder }));
  worker.stderr.resume();
  await once(worker.stdout, 'data');
  const tookMs = performance.now() - started;
  worker.stdout.resume();
  await worker.kill();
  return tookMs;
}

function startWorker(sandbox: Sandbox): Promise<WorkerProcess> {
  const start = createWorkerStarter({ sandbox, providers: ['cpu'], logger: pino({ level: 'silent' }) });
  return start(demoModel('npc-chat'), {
    threads: 1,
    allowUnsandboxed: true,
    gpu: null,
    signal: new AbortController().signal,
  });
}

interface Generation {
  readonly tookMs: number;
  readonly processorMs: number;
}

async function generate(worker: WorkerProcess): Promise<Generation> {
  const input = taskInputSchema.parse({
    kind: 'text.generate',
    prompt: { messages: [{ role: 'user', content: 'Hello there! What can I buy here?' }] },
    sampling: { temperature: 0, maxTokens: TOKENS, minTokens: TOKENS },
  });
  const before = processorMs(worker);
  const { runMs } = await worker.run({ input });
  return { tookMs: runMs, processorMs: processorMs(worker) - before };
}

/** That all threads of the worker have had. */
function processorMs({ pid }: WorkerProcess): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
}
