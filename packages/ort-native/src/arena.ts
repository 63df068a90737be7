import type { OrtEnvironment } from './environment.ts';
import { NativeMemory } from './native-memory.ts';

/** How the arena grows: to the next power of two, or by just what is asked for. */
const EXTENSIONS = { 'power-of-two': 0, 'as-requested': 1 } as const;
const WORD_BYTES = 8;
/** `OrtAllocatorType` and `OrtMemType` of the host's memory. */
const ARENA_ALLOCATOR = 1;
const DEFAULT_MEMORY = 0;

export interface ArenaOptions {
  /** What the arena may take from the system. A model that needs more fails with an `OrtError`. Default: no limit. */
  readonly maxBytes?: number;
  /** Default `power-of-two`. With a limit, `as-requested` comes closer to it. */
  readonly extension?: keyof typeof EXTENSIONS;
  readonly initialChunkBytes?: number;
  readonly maxDeadBytesPerChunk?: number;
}

/** Registers an arena of host memory for the sessions of an environment that ask for it with `sharedArena`. */
export function registerHostArena(environment: OrtEnvironment, options: ArenaOptions): void {
  const { library, scratch } = environment;
  const entries = Object.entries({
    max_mem: options.maxBytes,
    arena_extend_strategy: options.extension === undefined ? undefined : EXTENSIONS[options.extension],
    initial_chunk_size_bytes: options.initialChunkBytes,
    max_dead_bytes_per_chunk: options.maxDeadBytesPerChunk,
  }).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]));
  const values = new NativeMemory(entries.length * WORD_BYTES);
  for (const [index, { value }] of entries.entries()) values.setWord(index * WORD_BYTES, value);
  const keys = entries.map(({ key }) => key);
  library.check('CreateArenaCfgV2', keys, values.address, keys.length, scratch.address);
  const configuration = scratch.word(0);
  try {
    withHostArenaMemory(environment, (memory) =>
      library.check(
        'CreateAndRegisterAllocator',
        environment.addressFor('CreateAndRegisterAllocator'),
        memory,
        configuration,
      ),
    );
  } finally {
    library.run('ReleaseArenaCfg', configuration);
  }
}

/** Sessions that use the arena keep it; new ones do not get it. */
export function unregisterHostArena(environment: OrtEnvironment): void {
  withHostArenaMemory(environment, (memory) =>
    environment.library.check('UnregisterAllocator', environment.addressFor('UnregisterAllocator'), memory),
  );
}

function withHostArenaMemory(environment: OrtEnvironment, use: (memory: number) => void): void {
  const { library, scratch } = environment;
  library.check('CreateCpuMemoryInfo', ARENA_ALLOCATOR, DEFAULT_MEMORY, scratch.address);
  const memory = scratch.word(0);
  try {
    use(memory);
  } finally {
    library.run('ReleaseMemoryInfo', memory);
  }
}
