import type { ProcessLimits } from '../../shared/confinement.ts';
import type { Protection } from '../../shared/local-api.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** Of the machine's memory: what a worker may take, so that two of them cannot make it swap. */
const MEMORY_SHARE = 0.5;
const LEAST_MEMORY_BYTES = GIB;
/** Node and a driver have some thirty threads, and ONNX Runtime one a processor for each of its pools. */
const LEAST_TASKS = 256;
const TASKS_PER_PROCESSOR = 4;
/** Of the temporary folder. Only caches of drivers are written. */
const TEMPORARY_BYTES = 256 * MIB;
const TEMPORARY_FILES = 10_000;

/** Drivers open some dozens. */
const OPEN_FILES = 1024;
/** A worker may stay warm for days: this is for one that runs wild unseen. */
const CPU_DAYS_PER_PROCESSOR = 2;
const SECONDS_PER_DAY = 24 * 3600;
/**
 * The kernel counts the user's tasks and not the worker's, and a game may start thousands. Within a look of the
 * watch a worker gets no further than this.
 */
const MORE_TASKS = 4096;

/** Of the machine's memory: with less left, workers go, whoever took it. */
const RESERVE_SHARE = 0.03;
const MOST_RESERVE_BYTES = GIB / 2;

/** What one worker may take of the machine; more, and it is killed. */
export interface WorkerLimits {
  /** Memory that is its own, what was swapped out included; not files that it maps. */
  readonly memoryBytes: number;
  /** Processes and threads. */
  readonly tasks: number;
  readonly temporaryBytes: number;
  readonly temporaryFiles: number;
  /** What must stay available on the machine. Memory that no process shows, such as that of files in it, is seen so. */
  readonly reserveBytes: number;
}

export interface MachineSize {
  readonly memoryBytes: number;
  readonly processors: number;
}

export function workerLimits({ memoryBytes, processors }: MachineSize): WorkerLimits {
  return {
    memoryBytes: Math.max(LEAST_MEMORY_BYTES, Math.floor(memoryBytes * MEMORY_SHARE)),
    tasks: Math.max(LEAST_TASKS, TASKS_PER_PROCESSOR * processors),
    temporaryBytes: TEMPORARY_BYTES,
    temporaryFiles: TEMPORARY_FILES,
    reserveBytes: Math.min(MOST_RESERVE_BYTES, Math.floor(memoryBytes * RESERVE_SHARE)),
  };
}

/**
 * What the kernel itself holds the process to. Not RLIMIT_AS or RLIMIT_DATA: V8 and CUDA reserve far more addresses
 * than they ever fill.
 */
export function processLimits({ processors }: Pick<MachineSize, 'processors'>): ProcessLimits {
  return {
    openFiles: OPEN_FILES,
    fileBytes: TEMPORARY_BYTES,
    cpuSeconds: CPU_DAYS_PER_PROCESSOR * SECONDS_PER_DAY * processors,
    moreTasks: MORE_TASKS,
  };
}

/**
 * How the limits are kept, in words.
 * @param byGroup the kernel keeps memory and tasks to them itself, through a control group.
 */
export function limitProtections(limits: WorkerLimits, byGroup: boolean): Protection[] {
  const memory = `${(limits.memoryBytes / GIB).toFixed(1)} GiB`;
  const { tasks } = limits;
  return [
    {
      code: 'memory',
      enforced: true,
      detail: byGroup
        ? `The system gives a model no more than ${memory} of memory.`
        : `Gata looks four times a second and ends a model that has more than ${memory} of memory, and every model when memory runs out.`,
    },
    {
      code: 'process-count',
      enforced: true,
      detail: byGroup
        ? `The system gives a model no more than ${tasks} threads.`
        : `Gata looks four times a second and ends a model that has more than ${tasks} threads.`,
    },
    {
      code: 'cpu-time',
      enforced: true,
      detail: 'A model runs at the lowest priority: everything else goes first.',
    },
  ];
}
