import { BlockCoverage } from './block-coverage.ts';
import { CorpusTarget } from './corpus-target.ts';
import { type FuzzTarget, RandomSource } from './fuzz-target.ts';

const CRASHES_KEPT = 10;
const MEMORY_LOOKED_AT_EVERY = 512;

export interface CampaignOptions {
  readonly seed: number;
  /** Ends after so many inputs, or so long. */
  readonly inputs: number;
  readonly longestMs: number;
  /** Of the first inputs it is seen which blocks they run, and those that run a new one are kept. */
  readonly guidedInputs: number;
}

/** What a campaign on one target came to. */
export interface CampaignResult {
  readonly target: string;
  readonly inputs: number;
  readonly crashes: readonly string[];
  /** Processor time of the slowest input: what else the machine does is not in it. */
  readonly slowestMs: number;
  /** Of the whole process while this target was fed. */
  readonly peakRssBytes: number;
  readonly seconds: number;
  /** Inputs kept and different answers seen; for targets that grow a corpus. */
  readonly progress: { readonly kept: number; readonly answers: number } | undefined;
  readonly blocks: number | undefined;
}

/** Feeds a target until its inputs or its time are used up. */
export function fuzz(target: FuzzTarget, options: CampaignOptions): CampaignResult {
  const random = new RandomSource(options.seed);
  const crashes: string[] = [];
  let slowestMs = 0;
  let peakRssBytes = process.memoryUsage.rss();
  let inputs = 0;
  const startedMs = performance.now();
  const feed = (): void => {
    const before = process.threadCpuUsage();
    try {
      target.feed(random);
    } catch (error) {
      if (crashes.length < CRASHES_KEPT) crashes.push(error instanceof Error ? error.message : String(error));
    }
    const { user, system } = process.threadCpuUsage(before);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
    inputs += 1;
    if (inputs % MEMORY_LOOKED_AT_EVERY === 0) {
      peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
    }
  };
  const isOver = () => inputs >= options.inputs || performance.now() - startedMs > options.longestMs;
  let blocks: number | undefined;
  if (target instanceof CorpusTarget && options.guidedInputs > 0) {
    using coverage = new BlockCoverage();
    while (!isOver() && inputs < options.guidedInputs) {
      feed();
      if (coverage.hasGrown()) target.keep(target.lastInput);
    }
    blocks = coverage.blocks;
  }
  while (!isOver()) feed();
  return {
    target: target.name,
    inputs,
    crashes,
    slowestMs,
    peakRssBytes: Math.max(peakRssBytes, process.memoryUsage.rss()),
    seconds: (performance.now() - startedMs) / 1000,
    progress: target instanceof CorpusTarget ? target.progress : undefined,
    blocks,
  };
}

/** One line of a campaign's record. */
export function describeCampaign({
  target,
  inputs,
  crashes,
  slowestMs,
  peakRssBytes,
  seconds,
  progress,
  blocks,
}: CampaignResult): string {
  const parts = [
    `${inputs.toLocaleString('en')} inputs in ${seconds.toFixed(0)} s`,
    `${crashes.length} crashes`,
    `slowest ${slowestMs.toFixed(1)} ms`,
    `peak memory ${(peakRssBytes / 2 ** 20).toFixed(0)} MiB`,
  ];
  if (progress !== undefined) parts.push(`${progress.kept} kept for ${progress.answers} answers`);
  if (blocks !== undefined) parts.push(`${blocks} ways through functions`);
  return `${target.padEnd(24)} ${parts.join(', ')}`;
}
