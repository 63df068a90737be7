import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { logFiles } from './log.ts';

const CHUNK_BYTES = 64 * 1024;

/** The last `count` lines of the log, oldest first, over as many of its files as that takes. */
export function readLastLogLines(dataFolder: string, count: number): string[] {
  let lines: string[] = [];
  for (const path of logFiles(dataFolder)) {
    lines = [...readLastLines(path, count - lines.length), ...lines];
    if (lines.length >= count) break;
  }
  return lines;
}

/** Reads backwards, so that a large file costs no more than what is shown. */
function readLastLines(path: string, count: number): string[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  try {
    let position = fstatSync(descriptor).size;
    let tail = Buffer.alloc(0);
    let newlines = 0;
    // One newline more than lines: the one before the first line shown.
    while (position > 0 && newlines <= count) {
      const start = Math.max(0, position - CHUNK_BYTES);
      const chunk = Buffer.alloc(position - start);
      readSync(descriptor, chunk, 0, chunk.length, start);
      newlines += chunk.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0);
      tail = Buffer.concat([chunk, tail]);
      position = start;
    }
    const lines = tail.toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    return count === 0 ? [] : lines.slice(-count);
  } finally {
    closeSync(descriptor);
  }
}
