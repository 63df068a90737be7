import { type NativeMemory, textAt, wordsAt } from './native-memory.ts';
import type { OrtLibrary } from './ort-library.ts';

/** What an `OrtKeyValuePairs` holds. @param address 0: nothing */
export function readPairs(
  library: OrtLibrary,
  scratch: NativeMemory,
  address: number,
): Record<string, string> {
  if (address === 0) return {};
  library.run('GetKeyValuePairs', address, scratch.address, scratch.address + 8, scratch.address + 16);
  const count = scratch.word(16);
  const keys = wordsAt(scratch.word(0), count).map(textAt);
  const values = wordsAt(scratch.word(8), count).map(textAt);
  return Object.fromEntries(keys.map((key, index) => [key ?? '', values[index] ?? '']));
}
