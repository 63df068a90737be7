import type { Readable } from 'node:stream';

const LINE_LENGTH_LIMIT = 500;

/**
 * Gives the lines of a stream, each cut to LINE_LENGTH_LIMIT characters, at most `count` of them; the rest is
 * read and dropped, so that a worker can neither fill the log nor block on it.
 */
export function readBoundedLines(stream: Readable, count: number, onLine: (line: string) => void): void {
  let line = '';
  let left = count;
  const end = (): void => {
    if (line.trim() !== '' && left-- > 0) onLine(line.trimEnd());
    line = '';
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    if (left <= 0) return;
    const [first = '', ...others] = text.split('\n');
    line = (line + first).slice(0, LINE_LENGTH_LIMIT);
    for (const other of others) {
      end();
      line = other.slice(0, LINE_LENGTH_LIMIT);
    }
  });
  stream.on('end', end);
  stream.on('error', end);
}
