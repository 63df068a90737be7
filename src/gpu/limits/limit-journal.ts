import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { gpuUuidSchema } from '../../shared/gpu.ts';
import { LIMIT_CONTROL_NAMES } from './limit-control.ts';
import { LimitError } from './limit-error.ts';

/** One limit that is, or may be, changed. Values are milliwatts for `power`, °C for `acoustic`. */
const limitJournalEntrySchema = z.strictObject({
  uuid: gpuUuidSchema,
  control: z.enum(LIMIT_CONTROL_NAMES),
  /** What the user had, to be put back. */
  original: z.int(),
  /** Every value of ours that may be in force: the one before a change and the one after it. */
  values: z.array(z.int()).min(1),
  owner: z.string(),
  /** When the limit was first changed. */
  at: z.iso.datetime(),
  /** null: the system does not name its boots. */
  bootId: z.string().nullable(),
});
export type LimitJournalEntry = z.infer<typeof limitJournalEntrySchema>;

const journalSchema = z.strictObject({ version: z.literal(1), entries: z.array(limitJournalEntrySchema) });

export interface JournalReading {
  readonly entries: readonly LimitJournalEntry[];
  /** Where a journal that could not be understood was moved. */
  readonly setAside: string | null;
}

/** Where LimitLeases write down what they change, before they change it. */
export interface Journal {
  /** Goes into every entry. */
  readonly bootId: string | null;
  /** What an earlier process left, of this boot only. @throws LimitError `failed`. */
  read(): JournalReading;
  /** On the disk for certain when it returns. @throws LimitError `failed`. */
  write(entries: readonly LimitJournalEntry[]): void;
}

/** The journal as a file of its own, readable by its owner only; there is no file while nothing is changed. */
export class LimitJournal implements Journal {
  readonly bootId: string | null;
  readonly #path: string;

  constructor(path: string, bootId: string | null) {
    this.#path = path;
    this.bootId = bootId;
  }

  read(): JournalReading {
    const text = this.#readText();
    if (text === null) return { entries: [], setAside: null };
    const journal = parse(text);
    if (journal === null) return { entries: [], setAside: this.#setAside() };
    const isOfThisBoot = (entry: LimitJournalEntry) =>
      entry.bootId === null || this.bootId === null || entry.bootId === this.bootId;
    return { entries: journal.entries.filter(isOfThisBoot), setAside: null };
  }

  write(entries: readonly LimitJournalEntry[]): void {
    try {
      if (entries.length === 0) rmSync(this.#path, { force: true });
      else this.#replace(`${JSON.stringify({ version: 1, entries }, undefined, 1)}\n`);
      syncFolder(dirname(this.#path));
    } catch (error) {
      throw journalError(this.#path, 'written', error);
    }
  }

  #replace(text: string): void {
    const draft = `${this.#path}.draft`;
    // A draft that a crash left over would keep its owner and mode.
    rmSync(draft, { force: true });
    try {
      writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
      renameSync(draft, this.#path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }

  #readText(): string | null {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw journalError(this.#path, 'read', error);
    }
  }

  #setAside(): string {
    const target = `${this.#path}.malformed-${Date.now()}`;
    try {
      renameSync(this.#path, target);
    } catch (error) {
      throw journalError(this.#path, 'set aside', error);
    }
    return target;
  }
}

function parse(text: string): z.infer<typeof journalSchema> | null {
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A rename is on the disk only when its folder is. */
function syncFolder(folder: string): void {
  // Windows has no such call, and its file system journals renames itself.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function journalError(path: string, verb: string, error: unknown): LimitError {
  const detail = error instanceof Error ? error.message : String(error);
  return new LimitError(
    'failed',
    `No limit is changed, because ${path}, which says how to put limits back, could not be ${verb} (${detail}). Free some space, or check who owns the folder.`,
    { cause: error },
  );
}
