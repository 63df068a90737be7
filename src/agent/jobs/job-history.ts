import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import {
  type JobsPage,
  type JobsQuery,
  type JobView,
  jobViewSchema,
  type Totals,
} from '../../shared/local-api.ts';
import { asWriteError } from '../private-file.ts';
import { JobTotals, type QuarterTotals, quarterTotalsSchema } from './job-totals.ts';

const HISTORY_FILE_NAME = 'jobs.jsonl';
const FLUSH_AFTER_MS = 250;
/** Totals reach back 31 days, and so far beyond that a day that began in another time zone is whole. */
const TOTALS_KEPT_MS = 33 * 24 * 3600_000;

const lineSchema = z.union([z.object({ job: jobViewSchema }), z.object({ quarter: quarterTotalsSchema })]);

export interface JobHistoryOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How many jobs are kept. */
  readonly jobsKept?: number;
}

/**
 * The jobs of this node, those of earlier runs of the agent included. A job that has ended is appended to a
 * file of JSON lines, which is rewritten when half of it is out of date. Holds no prompts and no outputs.
 */
export class JobHistory implements AsyncDisposable {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #jobsKept: number;
  /** Oldest first. */
  readonly #jobs = new Map<string, JobView>();
  readonly #totals = new JobTotals();
  /** Of the jobs that are no longer kept. */
  readonly #dropped = new JobTotals();
  #linesInFile = 0;
  /** By job id, those that wait to be written, as they are now: much changes in the moments after a job's end. */
  #pending = new Map<string, JobView>();
  /** The file ends in the middle of a line. */
  #isCut = false;
  #flushTimer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: JobHistoryOptions) {
    this.#path = join(options.folder, HISTORY_FILE_NAME);
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#jobsKept = options.jobsKept ?? 10_000;
  }

  /** Reads the file; lines that a crash cut short are skipped. */
  static async open(options: JobHistoryOptions): Promise<JobHistory> {
    const history = new JobHistory(options);
    await history.#load();
    return history;
  }

  /** Adds a job or replaces what was known of it; one that has ended is written down shortly after. */
  put(job: JobView): void {
    this.#keep(job);
    if (job.endedAt === null) return;
    this.#pending.set(job.id, job);
    this.#flushTimer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS);
  }

  get(id: string): JobView | undefined {
    return this.#jobs.get(id);
  }

  /** Newest first. */
  page(query: JobsQuery): JobsPage {
    const jobs: JobView[] = [];
    let reached = query.before === undefined;
    for (const job of [...this.#jobs.values()].reverse()) {
      if (!reached) {
        reached = job.id === query.before;
        continue;
      }
      if (query.state !== undefined && job.state !== query.state) continue;
      if (query.kind !== undefined && job.kind !== query.kind) continue;
      if (jobs.length === query.limit) return { jobs, more: true };
      jobs.push(job);
    }
    return { jobs, more: false };
  }

  /** Of the jobs that ended in or after the quarter of an hour of `since`, which is at most 32 days ago. */
  totalsSince(since: Date): Totals {
    return this.#totals.since(since);
  }

  /** The same by quarter of an hour, in no order. */
  quartersSince(since: Date): QuarterTotals[] {
    return this.#totals.quartersSince(since);
  }

  /** Writes down what has not been yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#flush();
    await this.#writing;
    clearTimeout(this.#flushTimer);
  }

  async #load(): Promise<void> {
    let text = '';
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
        throw asWriteError(this.#path, error);
    }
    let skipped = 0;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      this.#linesInFile += 1;
      const parsed = parseLine(line);
      if (parsed === undefined) {
        skipped += 1;
      } else if ('job' in parsed) {
        this.#keep(parsed.job);
      } else {
        this.#totals.addQuarter(parsed.quarter);
        this.#dropped.addQuarter(parsed.quarter);
      }
    }
    // A line without its end must not swallow the next one.
    this.#isCut = text !== '' && !text.endsWith('\n');
    if (skipped > 0) this.#logger.warn({ lines: skipped }, 'Damaged lines of the job history were skipped.');
  }

  #keep(job: JobView): void {
    const before = this.#jobs.get(job.id);
    if (before !== undefined) this.#totals.subtract(before);
    // A job that comes back is a new one in the list's order; one that only changed keeps its place.
    if (before !== undefined && before.attempt !== job.attempt) this.#jobs.delete(job.id);
    this.#jobs.set(job.id, job);
    this.#totals.add(job);
    if (this.#jobs.size <= this.#jobsKept) return;
    const [oldest] = this.#jobs.values();
    if (oldest === undefined) return;
    this.#jobs.delete(oldest.id);
    this.#dropped.add(oldest);
  }

  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    if (this.#pending.size === 0) return;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'The job history could not be written; it is tried again.');
      });
  }

  async #write(): Promise<void> {
    const jobs = this.#pending;
    if (this.#linesInFile + jobs.size > 2 * this.#jobsKept + this.#dropped.size) {
      await this.#rewrite();
      return;
    }
    this.#pending = new Map();
    const lines = [...jobs.values()].map((job) => `${JSON.stringify({ job })}\n`);
    try {
      await appendFile(this.#path, (this.#isCut ? '\n' : '') + lines.join(''), { mode: 0o600 });
      this.#isCut = false;
      this.#linesInFile += lines.length;
    } catch (error) {
      // What changed meanwhile is newer.
      const unwritten = [...jobs, ...this.#pending].slice(-this.#jobsKept);
      this.#pending = new Map(unwritten);
      throw asWriteError(this.#path, error);
    }
  }

  async #rewrite(): Promise<void> {
    const oldest = new Date(this.#clock.now().getTime() - TOTALS_KEPT_MS);
    this.#totals.forgetBefore(oldest);
    this.#dropped.forgetBefore(oldest);
    this.#pending = new Map();
    const lines = [
      ...this.#dropped.quarters().map((quarter) => JSON.stringify({ quarter })),
      ...[...this.#jobs.values()].filter((job) => job.endedAt !== null).map((job) => JSON.stringify({ job })),
    ];
    const draft = `${this.#path}.tmp`;
    await writeFile(draft, lines.map((line) => `${line}\n`).join(''), { mode: 0o600, flush: true });
    await rename(draft, this.#path);
    this.#isCut = false;
    this.#linesInFile = lines.length;
  }
}

function parseLine(line: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
