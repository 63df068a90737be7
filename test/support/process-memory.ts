import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const CHUNK_BYTES = 8 * 1024 * 1024;

/**
 * How often each of the needles lies in the memory of another process, all of it that can be read.
 * @returns the counts in the needles' order.
 */
export function countInMemory(pid: number, needles: readonly Buffer[]): { counts: number[]; bytes: number } {
  const counts = needles.map(() => 0);
  const overlap = Math.max(...needles.map((needle) => needle.length)) - 1;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  let bytes = 0;
  try {
    for (const [from, to] of readableRanges(pid)) {
      for (let at = from; at < to; at += CHUNK_BYTES) {
        const chunk = Buffer.alloc(Math.min(CHUNK_BYTES + overlap, to - at));
        const length = readAt(memory, chunk, at);
        bytes += Math.min(length, CHUNK_BYTES);
        needles.forEach((needle, index) => {
          counts[index] = (counts[index] ?? 0) + countIn(chunk.subarray(0, length), needle);
        });
      }
    }
  } finally {
    closeSync(memory);
  }
  return { counts, bytes };
}

/** Only what may be written: the rest is files. */
function readableRanges(pid: number): [from: number, to: number][] {
  return readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line): [number, number][] => {
      const found = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      if (found?.[1] === undefined || found[2] === undefined) return [];
      return [[Number.parseInt(found[1], 16), Number.parseInt(found[2], 16)]];
    });
}

/** Bytes that were read: a page that is gone ends it. */
function readAt(memory: number, into: Buffer, at: number): number {
  let length = 0;
  try {
    while (length < into.length) {
      const read = readSync(memory, into, length, into.length - length, at + length);
      if (read === 0) break;
      length += read;
    }
  } catch {
    // Not mapped any more.
  }
  return length;
}

function countIn(bytes: Buffer, needle: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) count++;
  return count;
}
