import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { NvmlDevice } from 'node-nvml';
import type { ExecutionProvider } from '../../src/shared/execution-provider.ts';
import type { VerifyArguments } from './arguments.ts';
import { GpuWatch } from './gpu-watch.ts';
import { type ChatResult, type ConvolutionResult, trialMessageSchema } from './trial-result.ts';

/** The end of what a trial's process wrote, where libraries say what they miss. */
const LOG_CHARACTERS = 2000;
const ROOT = path.resolve(import.meta.dirname, '../..');

export interface ProviderReport {
  readonly provider: ExecutionProvider;
  /** At least one benchmark ran on it. */
  readonly works: boolean;
  readonly chat: ChatResult | null;
  readonly convolution: ConvolutionResult | null;
  /** By benchmark, and `process` for how it ended before its time. */
  readonly failures: Readonly<Record<string, string>>;
  readonly log: string | null;
  /** The highest readings of each card meanwhile. */
  readonly peaks: GpuWatch['peaks'];
}

/** Tries a provider in a process of its own, which may crash, hang or hold on to the card: it is killed in the end. */
export async function runTrialProcess(
  provider: ExecutionProvider,
  flags: VerifyArguments,
  devices: readonly NvmlDevice[],
  signal: AbortSignal,
): Promise<ProviderReport> {
  const [, program = ''] = process.argv;
  const child = fork(
    program,
    [
      ...['--trial', provider, '--benchmarks', flags.benchmarks.join(',')],
      ...['--runs', String(flags.runs), '--tokens', String(flags.tokens)],
    ],
    { stdio: ['ignore', 2, 'pipe', 'ipc'] },
  );
  using watch = new GpuWatch(devices);
  let chat: ChatResult | null = null;
  let convolution: ConvolutionResult | null = null;
  const failures: Record<string, string> = {};
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_CHARACTERS);
  });
  child.on('message', (data) => {
    const message = trialMessageSchema.parse(data);
    if (message.benchmark === 'chat') chat = message.result;
    else if (message.benchmark === 'convolution') convolution = message.result;
    else failures[message.of] = message.reason;
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, flags.trialSeconds * 1000);
  try {
    const [code, endSignal] = await once(child, 'close');
    if (isLate) failures.process = `It was not done after ${flags.trialSeconds} s and was killed.`;
    else if (code !== 0) failures.process = `It ended with ${code ?? endSignal}.`;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
  if (watch.problem !== null) failures.nvml = watch.problem;
  const works = chat !== null || convolution !== null;
  return {
    provider,
    works,
    chat,
    convolution,
    failures,
    log: log.trim() === '' ? null : plain(log.trim()),
    peaks: watch.peaks,
  };
}

/** Without colours, and without the folder that the programs lie in, which may bear a person's name. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(ROOT, '.');
}
