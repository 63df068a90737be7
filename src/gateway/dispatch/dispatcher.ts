import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { DownMessage, UpMessage } from '../../shared/job-protocol.ts';
import type { FeeSplit } from '../ledger/fee-split.ts';
import type { CreditRates } from '../ledger/rates.ts';
import type { PresenceRegistry } from '../nodes/presence-registry.ts';
import type { ReceiptOffice } from '../receipts/receipt-office.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { JobRow, StoredError } from '../store/database-schema.ts';
import type { JobStore } from '../store/job-store.ts';
import type { DispatchTimings } from './dispatch-timings.ts';
import { JobBoard } from './job-board.ts';
import { JobEndings } from './job-endings.ts';
import type { JobHandle } from './job-handle.ts';
import { JobIntake, type JobRequest } from './job-intake.ts';
import { isOver, nodeOf } from './job-machine.ts';
import { JobOffers } from './job-offers.ts';
import { JobWriter } from './job-writer.ts';
import type { LiveJob } from './live-job.ts';
import { ModelHealth } from './model-health.ts';
import { NodeInbox } from './node-inbox.ts';

export interface DispatcherParts {
  readonly store: JobStore;
  readonly blobs: BlobStore;
  readonly registry: PresenceRegistry;
  readonly send: (nodeId: string, message: DownMessage) => Promise<void>;
  readonly timings: DispatchTimings;
  readonly rates: CreditRates;
  readonly feeSplit: () => FeeSplit;
  readonly receipts: ReceiptOffice;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Takes jobs, offers them to nodes one at a time, and sees each to its one end. What happens is decided by
 * `job-machine.ts` and `choose-node.ts`; the parts put together here are the store, the messages and the timers.
 */
export class Dispatcher implements AsyncDisposable {
  readonly #parts: DispatcherParts;
  readonly #writer: JobWriter;
  readonly #board: JobBoard;
  readonly #offers: JobOffers;
  readonly #intake: JobIntake;
  readonly #endings: JobEndings;
  readonly #inbox: NodeInbox;
  /** What is under way and must be over before the stores close. */
  readonly #work = new Set<Promise<void>>();
  #isClosing = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    const { store, blobs, registry, timings, rates, feeSplit, receipts, clock, log } = parts;
    const tell = (nodeId: string, message: DownMessage) => this.#tell(nodeId, message);
    const track = (work: Promise<void>) => this.#track(work);
    const onChange = () => this.#offers.offerWaiting();
    const writer = new JobWriter(store, timings.persistEveryMs, log);
    const onEnded = (job: LiveJob) => this.#ended(job);
    const board = new JobBoard({ timings, clock, writer, onEnded, onDeadline: onChange });
    const intake = new JobIntake({ board, store, blobs, timings });
    const endings = new JobEndings({
      ...{ board, store, writer, timings, rates, feeSplit, receipts, tell, log },
    });
    this.#writer = writer;
    this.#board = board;
    this.#intake = intake;
    this.#endings = endings;
    const health = new ModelHealth(log);
    this.#offers = new JobOffers({ board, registry, health, blobs, timings, tell, track });
    this.#inbox = new NodeInbox({
      ...{ board, intake, endings, store, blobs, registry, health, receipts },
      ...{ tell, track, onChange, log },
    });
  }

  /** Takes up the jobs that were unfinished when the gateway last stopped. @returns how many. */
  async recover(): Promise<number> {
    const rows = await this.#parts.store.unfinished();
    for (const row of rows) this.#intake.revive(row);
    return rows.length;
  }

  /**
   * Stores the job, then offers it. The same idempotency key of the same buyer is the same job.
   * @throws GataError `conflict` when the key was used for something else, `rate-limited`, `disk-full`.
   */
  async submit(request: JobRequest): Promise<JobHandle> {
    if (this.#isClosing) throw new GataError(SHUTTING_DOWN.code, SHUTTING_DOWN.message);
    const job = await this.#intake.take(request);
    this.#offers.offerWaiting();
    return job;
  }

  /** The row of a buyer's job and the job itself. */
  async find(buyerId: string, id: string): Promise<{ row: JobRow; handle: JobHandle } | undefined> {
    const row = await this.#parts.store.get(id);
    if (row === undefined || row.buyer_id !== buyerId) return undefined;
    return { row, handle: this.#intake.handleOf(row) };
  }

  /** The buyer is gone and nobody else can come for the result. */
  cancel(id: string): void {
    const job = this.#board.get(id);
    if (job === undefined || isOver(job.state) || this.#isClosing) return;
    const nodeId = nodeOf(job.state);
    this.#board.apply(job, { type: 'cancel' });
    if (nodeId !== undefined) this.#tell(nodeId, { type: 'cancel', ...job.attemptRef() });
    this.#offers.offerWaiting();
  }

  /** A message from a node, already validated. */
  receive(nodeId: string, message: UpMessage, retained: boolean): void {
    if (this.#isClosing) return;
    this.#inbox.receive(nodeId, message, retained);
    // A running generation frees nobody, and there is one such message per piece of it.
    if (message.type !== 'progress') this.#offers.offerWaiting();
  }

  /** Ends what buyers wait for with `shutting-down`; the jobs stay unfinished and go on after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    this.#offers[Symbol.dispose]();
    this.#board[Symbol.dispose]();
    for (const job of this.#board.all()) {
      if (!isOver(job.state)) job.settleFailed('failed', SHUTTING_DOWN);
    }
    await Promise.all(this.#work);
    await this.#writer[Symbol.asyncDispose]();
  }

  #ended(job: LiveJob): void {
    const { phase } = job.state;
    if (phase.name === 'failed') this.#track(this.#endings.end(job, 'failed', phase.error));
    else this.#track(this.#endings.end(job, 'cancelled', CANCELLED));
  }

  #tell(nodeId: string, message: DownMessage): void {
    const { send, log } = this.#parts;
    send(nodeId, message).catch((error: unknown) => {
      if (!this.#isClosing) log.warn({ err: error, nodeId, type: message.type }, 'a message was not sent');
    });
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#parts.log.error({ err: error }, 'dispatch failed'))
      .finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}

const SHUTTING_DOWN: StoredError = {
  code: 'shutting-down',
  message: 'The gateway is shutting down. Ask again with the same idempotency key in a moment.',
  param: null,
};
const CANCELLED: StoredError = {
  code: 'cancelled',
  message: 'The buyer went away before the job was done.',
  param: null,
};
