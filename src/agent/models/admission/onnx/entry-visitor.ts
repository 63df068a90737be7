import { type BytesField, MessageVisitor } from './message-visitor.ts';

/** Longest key or value that is read; descriptions and the like are only counted. */
const LONGEST_READ = 4096;

/** A StringStringEntryProto: a key and a value. */
export class EntryVisitor extends MessageVisitor {
  readonly #place: string;
  readonly #onEnd: (key: string | undefined, value: string | undefined, bytes: number) => void;
  #bytes = 0;
  #key: string | undefined = '';
  #value: string | undefined = '';

  /** @param onEnd gets undefined for a text that is longer than 4 KiB. */
  constructor(
    place: string,
    onEnd: (key: string | undefined, value: string | undefined, bytes: number) => void,
  ) {
    super();
    this.#place = place;
    this.#onEnd = onEnd;
  }

  override place(): string {
    return this.#place;
  }

  override bytes(field: string, value: BytesField): void {
    this.#bytes += value.length;
    const taken = value.take(LONGEST_READ);
    const text = taken === undefined ? undefined : Buffer.from(taken).toString('utf8');
    if (field === 'key') this.#key = text;
    else this.#value = text;
  }

  override end(): void {
    this.#onEnd(this.#key, this.#value, this.#bytes);
  }
}
