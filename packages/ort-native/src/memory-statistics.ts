import type { OrtEnvironment } from './environment.ts';
import { readPairs } from './key-value-pairs.ts';

/** What an arena has handed out. Bytes, unless named otherwise; null: this allocator does not tell. */
export interface MemoryStatistics {
  /** null: no limit. */
  readonly limitBytes: number | null;
  readonly inUseBytes: number | null;
  /** Taken from the system, in use or not. */
  readonly totalAllocatedBytes: number | null;
  readonly highestInUseBytes: number | null;
  readonly largestAllocationBytes: number | null;
  readonly allocationCount: number | null;
  /** Times that the arena took more from the system. */
  readonly extensionCount: number | null;
}

/** @param allocator address of an `OrtAllocator` */
export function readMemoryStatistics(environment: OrtEnvironment, allocator: number): MemoryStatistics {
  const { library, scratch } = environment;
  library.check('AllocatorGetStats', allocator, scratch.address);
  const pairs = scratch.word(0);
  try {
    const texts = readPairs(library, scratch, pairs);
    const number = (name: string): number | null => {
      const text = texts[name];
      return text === undefined ? null : Number(text);
    };
    const limit = number('Limit');
    return {
      // The library writes the highest number for no limit.
      limitBytes: limit === null || limit <= 0 || limit >= Number.MAX_SAFE_INTEGER ? null : limit,
      inUseBytes: number('InUse'),
      totalAllocatedBytes: number('TotalAllocated'),
      highestInUseBytes: number('MaxInUse'),
      largestAllocationBytes: number('MaxAllocSize'),
      allocationCount: number('NumAllocs'),
      extensionCount: number('NumArenaExtensions'),
    };
  } finally {
    library.run('ReleaseKeyValuePairs', pairs);
  }
}
