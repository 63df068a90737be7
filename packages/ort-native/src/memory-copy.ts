import koffi from 'koffi';

/** Copies bytes between native memory and arrays. */
export interface MemoryCopy {
  /** From `source` to `target`; the caller vouches for both. */
  readonly toArray: (target: Uint8Array, source: number) => void;
  readonly fromArray: (target: number, source: Uint8Array) => void;
}

/** The system's own copying: `koffi.decode` takes ten times as long. */
export function openMemoryCopy(): MemoryCopy {
  const isWindows = process.platform === 'win32';
  // A system library that Windows loads from its own folder only; elsewhere the process has the function already.
  const library = koffi.load(isWindows ? 'kernel32.dll' : null);
  const symbol = isWindows ? 'RtlMoveMemory' : 'memmove';
  const copyToArray = library.func(symbol, 'void', ['void *', 'uintptr_t', 'size_t']);
  const copyFromArray = library.func(symbol, 'void', ['uintptr_t', 'void *', 'size_t']);
  return {
    toArray: (target, source) => {
      if (target.length > 0) copyToArray(target, source, target.length);
    },
    fromArray: (target, source) => {
      if (source.length > 0) copyFromArray(target, source, source.length);
    },
  };
}
