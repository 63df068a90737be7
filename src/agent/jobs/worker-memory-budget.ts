import type { GpuSample } from '../../shared/gpu.ts';

const GIBIBYTE = 1024 ** 3;
/** Weights, a second copy while they load, the cache of a long context, and what the allocator rounds up. */
const TIMES_MODEL = 4;
/** The runtime's own context and kernels, and the work space of a small model. */
const RUNTIME_BYTES = 4 * GIBIBYTE;
/** What a desktop needs to go on drawing. */
const LEFT_FREE_BYTES = GIBIBYTE / 2;

/** The most of a card's memory that one worker may hold, in bytes. */
function memoryBudgetBytes(modelBytes: number, cardBytes: number | null): number {
  const forModel = TIMES_MODEL * modelBytes + RUNTIME_BYTES;
  return cardBytes === null ? forModel : Math.min(forModel, Math.max(0, cardBytes - LEFT_FREE_BYTES));
}

export interface Overrun {
  readonly usedBytes: number;
  readonly budgetBytes: number;
}

/**
 * Whether a worker holds more of a card than it may. Cards that do not tell what a process holds (GeForce under
 * Windows) bound nothing here; the user's head-room still does.
 */
export function memoryOverrun(
  samples: readonly GpuSample[],
  pid: number,
  modelBytes: number,
): Overrun | undefined {
  for (const { processes, memoryUsedBytes, memoryFreeBytes } of samples) {
    const own = (processes ?? []).filter((process) => process.pid === pid);
    // A process may be named once as computing and once as drawing, with the same bytes.
    const usedBytes = Math.max(0, ...own.map((process) => process.usedBytes ?? 0));
    const cardBytes =
      memoryUsedBytes === null || memoryFreeBytes === null ? null : memoryUsedBytes + memoryFreeBytes;
    const budgetBytes = memoryBudgetBytes(modelBytes, cardBytes);
    if (usedBytes > budgetBytes) return { usedBytes, budgetBytes };
  }
  return undefined;
}
