/** What came out of the bytes of a connection: a line without its end, or word that one is longer than allowed. */
export type LineEvent = { readonly line: string } | 'too-long';

/**
 * Splits a stream of bytes into lines that end with `\n`, and keeps no more than one line's worth of them.
 * After `too-long` the rest of the stream is ignored: nobody knows where the next line begins.
 */
export class LineReader {
  readonly #bytesLimit: number;
  #rest = Buffer.alloc(0);
  #isOver = false;

  /** @param bytesLimit The longest line, its end included. */
  constructor(bytesLimit: number) {
    this.#bytesLimit = bytesLimit;
  }

  push(bytes: Buffer): LineEvent[] {
    if (this.#isOver) return [];
    const events: LineEvent[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      if (this.#rest.length + end + 1 - from > this.#bytesLimit) return [...events, this.#refuse()];
      events.push({ line: Buffer.concat([this.#rest, bytes.subarray(from, end)]).toString('utf8') });
      this.#rest = Buffer.alloc(0);
      from = end + 1;
    }
    if (this.#rest.length + bytes.length - from >= this.#bytesLimit) return [...events, this.#refuse()];
    this.#rest = Buffer.concat([this.#rest, bytes.subarray(from)]);
    return events;
  }

  #refuse(): 'too-long' {
    this.#isOver = true;
    this.#rest = Buffer.alloc(0);
    return 'too-long';
  }
}
