import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBoundedLines } from '../../../src/agent/sandbox/bounded-lines.ts';

async function linesOf(parts: string[], count: number): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readBoundedLines(stream, count, (line) => lines.push(line));
  for (const part of parts) stream.write(part);
  stream.end();
  await new Promise((resolve) => stream.once('close', resolve));
  return lines;
}

describe('readBoundedLines', () => {
  it('puts lines together that come in pieces, and leaves empty ones out', async () => {
    expect(await linesOf(['a', 'b\n\nc', 'd'], 10)).toEqual(['ab', 'cd']);
  });

  it('cuts long lines and stops after the count', async () => {
    const lines = await linesOf([`${'x'.repeat(9000)}`, `${'x'.repeat(9000)}\n`, 'b\n', 'c\n'], 2);
    expect(lines.map((line) => line.length)).toEqual([500, 1]);
  });
});
