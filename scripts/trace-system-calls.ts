import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { arch, release, tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { createWorkerStarter } from '../src/agent/jobs/start-worker.ts';
import type { WorkerProcess } from '../src/agent/jobs/worker-process.ts';
import { Bubblewrap } from '../src/agent/sandbox/bubblewrap.linux.ts';
import { ConfinedProcess } from '../src/agent/sandbox/confined-process.ts';
import { findGpuAccess, NO_GPU } from '../src/agent/sandbox/gpu-access.linux.ts';
import type { ExecutionProvider } from '../src/shared/execution-provider.ts';
import { taskInputSchema } from '../src/shared/task.ts';
import { builtWorker } from '../test/support/built-program.ts';
import { demoModel, heldOutDigits } from '../test/support/demo-models.ts';
import { readTrace, type TracedCalls } from './trace/strace-log.ts';
import { TracedSandbox } from './trace/traced-sandbox.ts';

/**
 * Records the system calls of real workers with strace: every kind of job, paced and killed, on the processor and
 * on each GPU provider that works here, in bubblewrap without the filter. Prints the record, or writes it with
 * `--write`. On a machine with a graphics card it records that card's driver; docs/seccomp.md says what to do then.
 */
const RECORD = path.resolve(
  import.meta.dirname,
  '../src/agent/sandbox/seccomp/recorded-system-calls.generated.json',
);

/** Chromium's Vulkan driver, which computes on the processor. */
const SOFTWARE_VULKAN = {
  LD_LIBRARY_PATH: '/usr/lib/chromium',
  VK_DRIVER_FILES: '/usr/lib/chromium/vk_swiftshader_icd.json',
};

interface Scenario {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly providers: readonly ExecutionProvider[];
}

const scenarios: Scenario[] = [
  { name: 'cpu', environment: {}, providers: ['cpu'] },
  ...(existsSync(SOFTWARE_VULKAN.VK_DRIVER_FILES)
    ? [{ name: 'webgpu', environment: SOFTWARE_VULKAN, providers: ['webgpu', 'cpu'] as const }]
    : []),
  ...(existsSync('/dev/nvidia0')
    ? [{ name: 'cuda', environment: {}, providers: ['cuda', 'webgpu', 'cpu'] as const }]
    : []),
];

const recorded: Record<string, { calls: string[]; arguments: Record<string, string[]> }> = {};
for (const scenario of scenarios) {
  const { calls, argumentsOf } = await trace(scenario);
  recorded[scenario.name] = {
    calls: [...calls].sort(),
    arguments: Object.fromEntries(
      [...argumentsOf].sort().map(([call, values]) => [call, [...values].sort()]),
    ),
  };
  console.error(`${scenario.name}: ${calls.size} system calls`);
}
const text = `${JSON.stringify({ recordedOn: machine(), architecture: arch(), scenarios: recorded }, null, 2)}\n`;
if (process.argv.includes('--write')) writeFileSync(RECORD, text);
else console.log(text);

async function trace({ environment, providers }: Scenario): Promise<TracedCalls> {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'gata-trace-'));
  const gpu = providers.length > 1 ? await findGpuAccess({ ...process.env, ...environment }) : NO_GPU;
  const sandbox = new TracedSandbox(
    await Bubblewrap.create('/usr/bin/bwrap', await builtWorker(), gpu),
    folder.path,
  );
  const start = createWorkerStarter({ sandbox, providers, logger: pino({ level: 'silent' }) });
  for (const model of [demoModel('npc-chat'), demoModel('digits')]) {
    const worker = await start(model, {
      threads: 2,
      allowUnsandboxed: false,
      gpu: null,
      signal: new AbortController().signal,
    });
    console.error(`${model.manifest.id} on ${worker.provider}`);
    try {
      for (const job of jobsFor(model.manifest.id)) await worker.run(job);
      await runPaced(worker, model.manifest.id);
    } finally {
      await worker.kill();
    }
  }
  await endByItself(sandbox);
  return readTrace(await Promise.all(sandbox.logs.map((log) => readFile(log, 'utf8'))));
}

/** A worker whose agent is gone. */
async function endByItself(sandbox: TracedSandbox): Promise<void> {
  const worker = new ConfinedProcess(sandbox.wrap({}));
  worker.stdout.resume();
  worker.stderr.resume();
  worker.stdin.end();
  await worker.exited;
}

function jobsFor(model: string) {
  const digit = heldOutDigits()[0];
  if (digit === undefined) throw new Error('There are no sample digits.');
  const inputs =
    model === 'digits'
      ? [
          { kind: 'image.classify', image: digit.png },
          { kind: 'onnx.run', inputs: { pixel_values: zeros('float32', [1, 1, 8, 8], 4) } },
        ]
      : [
          { kind: 'text.generate', prompt: { text: 'Hello' }, sampling: { maxTokens: 30, minTokens: 30 } },
          { kind: 'embedding', texts: ['Where is the dragon?', 'Well met.'] },
        ];
  return inputs.map((input) => ({ input: taskInputSchema.parse(input) }));
}

async function runPaced(worker: WorkerProcess, model: string): Promise<void> {
  worker.pace(0.5);
  for (const job of jobsFor(model)) await worker.run(job);
}

function zeros(type: string, dims: number[], elementBytes: number) {
  return { type, dims, data: new Uint8Array(dims.reduce((product, size) => product * size, elementBytes)) };
}

function machine(): string {
  const library = execFileSync('/usr/bin/ldd', ['--version'], { encoding: 'utf8' }).split('\n')[0];
  return `Linux ${release()}, ${library}, Node ${process.version}`;
}
