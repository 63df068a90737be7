import type { OrtEnvironment } from './environment.ts';
import { NativeMemory } from './native-memory.ts';

const WORD_BYTES = 8;

/** @param address of a tensor of strings */
export function readStrings({ library, scratch }: OrtEnvironment, address: number, count: number): string[] {
  if (count === 0) return [];
  library.check('GetStringTensorDataLength', address, scratch.address);
  const length = scratch.word(0);
  const content = new NativeMemory(length);
  const offsets = new NativeMemory(count * WORD_BYTES);
  library.check('GetStringTensorContent', address, content.address, length, offsets.address, count);
  const text = Buffer.from(content.bytes.buffer, 0, length);
  return Array.from({ length: count }, (_, index) => {
    const end = index + 1 < count ? offsets.word((index + 1) * WORD_BYTES) : length;
    return text.toString('utf8', offsets.word(index * WORD_BYTES), end);
  });
}

/** Writes UTF-8 into a tensor of strings that was created for so many. Strings may contain NUL. */
export function writeStrings(
  { library, scratch }: OrtEnvironment,
  address: number,
  strings: readonly string[],
): void {
  for (const [index, text] of strings.entries()) {
    const bytes = Buffer.from(text, 'utf8');
    library.check('GetResizedStringTensorElementBuffer', address, index, bytes.length, scratch.address);
    library.memoryCopy.fromArray(scratch.word(0), bytes);
  }
}
