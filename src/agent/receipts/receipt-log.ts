import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { nodeIdSchema } from '../../shared/job-protocol.ts';
import { type Receipt, receiptSchema } from '../../shared/receipt.ts';
import { weiSchema } from '../../shared/wei.ts';
import { asWriteError } from '../private-file.ts';

/** About seven thousand receipts. */
const SEGMENT_BYTES = 4 * 1024 ** 2;
const FLUSH_AFTER_MS = 250;
const RETRY_AFTER_MS = 10_000;
const SEGMENT_NAME = /^receipts-(\d{6})\.jsonl$/;

/** Where a segment stands in the whole: what came before it, and from where on receipts are open. */
const headSchema = z.object({
  receipts: z.int().nonnegative(),
  creditWei: weiSchema,
  openFrom: z.int().positive(),
});
const lineSchema = z.union([
  z.object({ receipt: receiptSchema, signer: nodeIdSchema }),
  /** These jobs are in an epoch that was compared: they need not be read again. */
  z.object({ closed: z.array(z.uuid()), epoch: z.int().positive() }),
  z.object({ head: headSchema }),
]);
type Line = z.infer<typeof lineSchema>;

/** A receipt that no epoch's statement was compared with yet. */
export interface OpenReceipt {
  readonly jobId: string;
  readonly gateway: string;
  readonly creditWei: bigint;
  /** The address of the gateway's key that signed it. */
  readonly signer: string;
}

export interface ReceiptsRead {
  /** Oldest first. */
  readonly receipts: Receipt[];
  /** Where to go on; null: there are no more. */
  readonly next: string | null;
}

/**
 * The node's receipts: files of JSON lines that are only added to. A full file is followed by the next, and a start
 * reads only those from the oldest open receipt on. What a power cut takes of the newest lines, the gateway has.
 */
export class ReceiptLog implements AsyncDisposable {
  readonly #folder: string;
  readonly #logger: Logger;
  readonly #segmentBytes: number;
  readonly #open = new Map<string, OpenReceipt & { readonly segment: number }>();
  #segment = 1;
  #bytes = 0;
  #isCut = false;
  #totals = { receipts: 0, creditWei: 0n };
  #pending: Line[] = [];
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void>;

  /** @param folder made when missing; read in the background. @param segmentBytes after which a new file is begun. */
  constructor(folder: string, logger: Logger, segmentBytes = SEGMENT_BYTES) {
    this.#folder = folder;
    this.#logger = logger;
    this.#segmentBytes = segmentBytes;
    this.#work = this.#load().catch((error: unknown) => {
      logger.warn({ err: error }, 'The receipts could not be read.');
    });
  }

  /** Of all receipts there ever were. */
  async totals(): Promise<{ readonly receipts: number; readonly creditWei: bigint }> {
    await this.#work;
    return this.#totals;
  }

  /** Those of a gateway that no epoch was compared with, by job id. */
  async openOf(gateway: string): Promise<Map<string, OpenReceipt>> {
    await this.#work;
    return new Map([...this.#open].filter(([, receipt]) => receipt.gateway === gateway));
  }

  /** Adds a receipt that was verified; one of the same job is there already: nothing happens. */
  async keep(receipt: Receipt, signer: string): Promise<void> {
    await this.#work;
    if (this.#open.has(receipt.jobId)) return;
    this.#take({ receipt, signer });
    this.#write({ receipt, signer });
  }

  /** The epoch's statement has these jobs as the receipts do. */
  async close(epoch: number, jobIds: readonly string[]): Promise<void> {
    await this.#work;
    const closed = jobIds.filter((id) => this.#open.has(id));
    if (closed.length === 0) return;
    this.#take({ closed, epoch });
    this.#write({ closed, epoch });
  }

  /** All receipts, some at a time. @param after what the reading before ended with. */
  async read(after: string | undefined, limit: number): Promise<ReceiptsRead> {
    await this.flush();
    const [fromSegment = 0, fromLine = 0] = after?.split('.').map(Number) ?? [];
    const receipts: Receipt[] = [];
    for (const segment of await this.#segments()) {
      if (segment < fromSegment) continue;
      const lines = (await this.#text(segment)).split('\n');
      for (let index = segment === fromSegment ? fromLine : 0; index < lines.length; index += 1) {
        if (receipts.length === limit) return { receipts, next: `${segment}.${index}` };
        const line = parseLine(lines[index] ?? '');
        if (line !== undefined && 'receipt' in line) receipts.push(line.receipt);
      }
    }
    return { receipts, next: null };
  }

  /** Writes what is only in memory. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#work = this.#work.then(() => this.#append());
    await this.#work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
  }

  async #load(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const segments = await this.#segments();
    this.#segment = segments.at(-1) ?? 1;
    const openFrom = headOf(await this.#text(this.#segment))?.openFrom ?? 1;
    for (const segment of segments.filter((each) => each >= openFrom)) {
      const text = await this.#text(segment);
      const head = segment === openFrom ? headOf(text) : undefined;
      if (head !== undefined) {
        this.#totals = { receipts: head.receipts, creditWei: BigInt(head.creditWei) };
      }
      const damaged = this.#takeAll(text, segment);
      if (damaged > 0) this.#logger.warn({ segment, lines: damaged }, 'Damaged receipts were skipped.');
      // A line without its end must not swallow the next one.
      this.#isCut = text !== '' && !text.endsWith('\n');
      this.#bytes = Buffer.byteLength(text);
    }
  }

  /** @returns how many lines are damaged. */
  #takeAll(text: string, segment: number): number {
    let damaged = 0;
    for (const written of text.split('\n')) {
      const line = parseLine(written);
      if (line !== undefined) this.#take(line, segment);
      else if (written !== '') damaged += 1;
    }
    return damaged;
  }

  #take(line: Line, segment = this.#segment): void {
    if ('closed' in line) {
      for (const jobId of line.closed) this.#open.delete(jobId);
    } else if ('receipt' in line) {
      const { jobId, gateway, creditWei } = line.receipt;
      if (this.#open.has(jobId)) return;
      const wei = BigInt(creditWei);
      this.#totals = {
        receipts: this.#totals.receipts + 1,
        creditWei: this.#totals.creditWei + wei,
      };
      this.#open.set(jobId, { jobId, gateway, creditWei: wei, signer: line.signer, segment });
    }
  }

  #write(line: Line): void {
    this.#pending.push(line);
    this.#flushAfter(FLUSH_AFTER_MS);
  }

  #flushAfter(ms: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), ms).unref();
  }

  async #append(): Promise<void> {
    if (this.#pending.length === 0) return;
    const lines = this.#pending;
    this.#pending = [];
    try {
      if (this.#bytes >= this.#segmentBytes) this.#beginSegment(lines);
      const text = (this.#isCut ? '\n' : '') + lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      await using file = await open(this.#path(this.#segment), 'a', 0o600);
      this.#isCut = true;
      await file.write(text);
      await file.datasync();
      this.#isCut = false;
      this.#bytes += Buffer.byteLength(text);
    } catch (error) {
      this.#pending = [...lines, ...this.#pending];
      const cause = asWriteError(this.#path(this.#segment), error);
      this.#logger.warn({ err: cause }, 'Receipts could not be written; it is tried again.');
      this.#flushAfter(RETRY_AFTER_MS);
    }
  }

  /** The lines go to a new file, which says what came before it. */
  #beginSegment(lines: Line[]): void {
    const isNew = (line: Line) => 'receipt' in line;
    const written = lines.filter(isNew);
    const before = written.reduce(
      (sum, line) => sum - ('receipt' in line ? BigInt(line.receipt.creditWei) : 0n),
      this.#totals.creditWei,
    );
    this.#segment += 1;
    this.#bytes = 0;
    this.#isCut = false;
    for (const line of written) {
      const id = 'receipt' in line ? line.receipt.jobId : '';
      const receipt = this.#open.get(id);
      if (receipt !== undefined) this.#open.set(id, { ...receipt, segment: this.#segment });
    }
    const openFrom = [...this.#open.values()].reduce(
      (first, { segment }) => Math.min(first, segment),
      this.#segment,
    );
    const receipts = this.#totals.receipts - written.length;
    lines.unshift({ head: { receipts, creditWei: String(before), openFrom } });
  }

  async #segments(): Promise<number[]> {
    const names = await readdir(this.#folder);
    return names
      .map((name) => Number(SEGMENT_NAME.exec(name)?.[1] ?? 0))
      .filter((segment) => segment > 0)
      .sort((a, b) => a - b);
  }

  async #text(segment: number): Promise<string> {
    try {
      return await readFile(this.#path(segment), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    }
  }

  #path(segment: number): string {
    return join(this.#folder, `receipts-${String(segment).padStart(6, '0')}.jsonl`);
  }
}

function headOf(text: string): z.infer<typeof headSchema> | undefined {
  const line = parseLine(text.slice(0, Math.max(0, text.indexOf('\n'))));
  return line !== undefined && 'head' in line ? line.head : undefined;
}

function parseLine(text: string): Line | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
