import { cpus, totalmem } from 'node:os';

/** A figure that was promised, and whether this run kept it. */
interface KeptPromise {
  readonly figure: string;
  readonly op: '<=' | '>=';
  readonly value: number;
  readonly met: boolean;
}

export interface BenchReport {
  readonly bench: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly os: string;
    readonly node: string;
  };
  readonly samples: number;
  readonly figures: Record<string, number>;
  /** The same figures of a peer or of a limit, from the same run. */
  readonly peers: Record<string, number>;
  readonly promises: readonly KeptPromise[];
}

export interface BenchOptions {
  /** Fewer samples than the figures need. */
  readonly quick: boolean;
}

export interface BenchResult {
  readonly samples: number;
  readonly figures: Record<string, number>;
  readonly peers: Record<string, number>;
  readonly promises: readonly { readonly figure: string; readonly op: '<=' | '>='; readonly value: number }[];
}

/** @throws Error when a promise names a figure that the bench did not measure. */
export function toReport(bench: string, result: BenchResult): BenchReport {
  const promises = result.promises.map((promise) => {
    const measured = result.figures[promise.figure];
    if (measured === undefined)
      throw new Error(`The bench ${bench} promises ${promise.figure} but does not measure it.`);
    return { ...promise, met: promise.op === '<=' ? measured <= promise.value : measured >= promise.value };
  });
  const [cpu] = cpus();
  return {
    bench,
    machine: {
      cpu: cpu?.model ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      os: `${process.platform} ${process.arch}`,
      node: process.versions.node,
    },
    samples: result.samples,
    figures: mapValues(result.figures, rounded),
    peers: mapValues(result.peers, rounded),
    promises,
  };
}

export function describeReport(report: BenchReport): string {
  const line = ([name, value]: [string, number]) => `  ${name.padEnd(40)} ${value}`;
  return [
    `${report.bench}: ${report.samples} samples on ${report.machine.cpu}, ${report.machine.cores} cores`,
    ...Object.entries(report.figures).map(line),
    ...Object.entries(report.peers).map(([name, value]) => line([`compared with ${name}`, value])),
    ...report.promises.map(
      ({ figure, op, value, met }) => `  ${met ? 'kept' : 'NOT KEPT'}: ${figure} ${op} ${value}`,
    ),
  ].join('\n');
}

function mapValues(
  values: Record<string, number>,
  change: (value: number) => number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
