import {
  chmodSync,
  closeSync,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { GataError } from '../../../shared/gata-error.ts';
import { asWriteError, writePrivateFile } from '../../private-file.ts';
import { type JournalEvent, type JournalLine, journalEventSchema } from './journal-event.ts';
import { applyEvent, type Operation } from './operation.ts';

/**
 * The operations of a wallet on one chain, in a file of JSON lines that only grows. An event is on the disk when
 * `write` returns, so what is done after it is never forgotten.
 */
export class TransactionJournal implements Disposable {
  readonly #path: string;
  #file: number;
  /** By id, in the order in which they were intended. */
  #operations = new Map<string, Operation>();
  #firstBlock: string | null = null;
  #length: number;

  private constructor(path: string, file: number, text: string) {
    this.#path = path;
    this.#file = file;
    this.#length = Buffer.byteLength(text);
    for (const [index, line] of text.split('\n').entries()) {
      if (line !== '') this.#apply(parseLine(path, index + 1, line));
    }
  }

  /**
   * Opens or makes the file, mode 0600. A last line that was cut short is dropped: what it announced was not begun.
   * @throws GataError `wallet-damaged` when another line cannot be read; the file is left as it is.
   */
  static open(path: string): TransactionJournal {
    let file: number;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      file = openSync(path, 'a+', 0o600);
      chmodSync(path, 0o600);
    } catch (error) {
      throw asWriteError(path, error);
    }
    try {
      const content = readFileSync(path);
      const whole = content.subarray(0, content.lastIndexOf(0x0a) + 1);
      const journal = new TransactionJournal(path, file, whole.toString('utf8'));
      if (whole.length < content.length) ftruncateSync(file, whole.length);
      return journal;
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  get operations(): readonly Operation[] {
    return [...this.#operations.values()];
  }

  get(id: string): Operation | undefined {
    return this.#operations.get(id);
  }

  /** The hash of the first block of its chain; null: nothing was done yet. */
  get firstBlock(): string | null {
    return this.#firstBlock;
  }

  /**
   * Keeps an event. A journal is of one chain: the chain's line comes once.
   * @throws GataError `disk-full` or `data-folder-unusable`.
   */
  write(event: JournalLine): void {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    try {
      for (let written = 0; written < line.length; ) written += writeSync(this.#file, line, written);
      fsyncSync(this.#file);
    } catch (error) {
      // Half a line would make the next one unreadable.
      ftruncateSync(this.#file, this.#length);
      throw asWriteError(this.#path, error);
    }
    this.#length += line.length;
    this.#apply(event);
  }

  /**
   * Begins a new journal, for another chain. The file of the old one stays beside it under another name; what was
   * intended and not begun moves into the new one.
   * @returns the old journal's new name.
   * @throws GataError `disk-full` or `data-folder-unusable`; then everything is as it was.
   */
  startAnew(firstBlock: string, now: Date): string {
    const waiting = this.operations.filter(isNotBegun).map(intentOf);
    const lines: JournalLine[] = [{ type: 'chain', firstBlock }, ...waiting];
    const content = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const stem = basename(this.#path, '.jsonl');
    const keptAs = `${stem}.until-${now.toISOString().replaceAll(/[:.]/g, '-')}.jsonl`;
    try {
      copyFileSync(this.#path, join(dirname(this.#path), keptAs));
    } catch (error) {
      throw asWriteError(this.#path, error);
    }
    // Windows replaces no file that is open.
    closeSync(this.#file);
    try {
      writePrivateFile(this.#path, content);
    } finally {
      this.#file = openSync(this.#path, 'a+', 0o600);
    }
    this.#operations = new Map();
    this.#length = Buffer.byteLength(content);
    for (const line of lines) this.#apply(line);
    return keptAs;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #apply(event: JournalLine): void {
    if (event.type === 'chain') {
      this.#firstBlock = event.firstBlock;
      return;
    }
    const operation = applyEvent(this.#operations.get(event.id), event);
    if (operation !== undefined) this.#operations.set(event.id, operation);
  }
}

function isNotBegun({ ended, attempts, relay }: Operation): boolean {
  return ended === null && attempts.length === 0 && relay.asked.length === 0;
}

function intentOf({ id, at, account, action, calls, signElsewhere, relayed }: Operation): JournalEvent {
  return { type: 'intended', id, at, account, action, calls: [...calls], signElsewhere, relayed };
}

function parseLine(path: string, number: number, line: string): JournalLine {
  try {
    return journalEventSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new GataError(
      'wallet-damaged',
      `Line ${number} of the wallet's journal ${path} cannot be read, so the wallet sends nothing. The file was left as it is: restore it from a backup, or move it away when no transaction is under way.`,
      { cause },
    );
  }
}
