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
import { JobTotals, quarterTotalsSchema } from './job-totals.ts';

const HISTORY_FILE_NAME = 'jobs.jsonl';
const FLUSH_AFTER_MS = 250;
/** Totals reach back two days, so that a day that began in another time zone is whole. */
const TOTALS_KEPT_MS = 48 * 3600_000;

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
  #pending: string[] = [];
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
    this.#pending.push(JSON.stringify({ job }));
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

  /** Of the jobs that ended in or after the quarter of an hour of `since`, which is at most two days ago. */
  totalsSince(since: Date): Totals {
    return this.#totals.since(since);
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
    if (text !== '' && !text.endsWith('\n')) this.#pending.push('');
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
    if (this.#pending.length === 0) return;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'The job history could not be written; it is tried again.');
      });
  }

  async #write(): Promise<void> {
    const lines = this.#pending;
    if (this.#linesInFile + lines.length > 2 * this.#jobsKept) {
      await this.#rewrite();
      return;
    }
    this.#pending = [];
    try {
      await appendFile(this.#path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
      this.#linesInFile += lines.length;
    } catch (error) {
      this.#pending = [...lines, ...this.#pending].slice(-this.#jobsKept);
      throw asWriteError(this.#path, error);
    }
  }

  async #rewrite(): Promise<void> {
    const oldest = new Date(this.#clock.now().getTime() - TOTALS_KEPT_MS);
    this.#totals.forgetBefore(oldest);
    this.#dropped.forgetBefore(oldest);
    this.#pending = [];
    const lines = [
      ...this.#dropped.quarters().map((quarter) => JSON.stringify({ quarter })),
      ...[...this.#jobs.values()].filter((job) => job.endedAt !== null).map((job) => JSON.stringify({ job })),
    ];
    const draft = `${this.#path}.tmp`;
    await writeFile(draft, lines.map((line) => `${line}\n`).join(''), { mode: 0o600, flush: true });
    await rename(draft, this.#path);
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
