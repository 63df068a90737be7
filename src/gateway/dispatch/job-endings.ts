import type { Logger } from 'pino';
import type { GatewayCredit, UpMessage } from '../../shared/job-protocol.ts';
import type { TaskOutput } from '../../shared/task.ts';
import { usageOf } from '../../shared/task-usage.ts';
import type { FeeSplit } from '../ledger/fee-split.ts';
import { jobCharge } from '../ledger/job-charge.ts';
import { type CreditRates, creditOf } from '../ledger/rates.ts';
import type { ReceiptOffice } from '../receipts/receipt-office.ts';
import type { NewReceiptRow, NewUsageRow, StoredError } from '../store/database-schema.ts';
import type { JobStore } from '../store/job-store.ts';
import { storeFailure } from '../store/store-failure.ts';
import type { DispatchTimings } from './dispatch-timings.ts';
import type { JobBoard } from './job-board.ts';
import { reopenedJobState } from './job-machine.ts';
import type { Tell } from './job-offers.ts';
import type { JobWriter } from './job-writer.ts';
import { LiveJob } from './live-job.ts';

export interface JobEndingsParts {
  readonly board: JobBoard;
  readonly store: JobStore;
  readonly writer: JobWriter;
  readonly timings: DispatchTimings;
  /** What nodes are credited. */
  readonly rates: CreditRates;
  /** Who gets how much of what buyers pay, now. */
  readonly feeSplit: () => FeeSplit;
  readonly receipts: ReceiptOffice;
  readonly tell: Tell;
  readonly log: Logger;
}

type ResultMessage = Extract<UpMessage, { type: 'result' }>;

const FINISH_TRIES = 5;
const FIRST_RETRY_MS = 100;

/** Makes the ends of jobs durable, then tells the buyer, then the node. */
export class JobEndings {
  readonly #parts: JobEndingsParts;

  constructor(parts: JobEndingsParts) {
    this.#parts = parts;
  }

  /** The result of a node won. */
  async finish(job: LiveJob, nodeId: string, message: ResultMessage, output: TaskOutput): Promise<void> {
    const { board, tell, receipts, log } = this.#parts;
    const { id } = job.facts;
    try {
      const usage = this.#usage(job, nodeId, message.metrics.runMs, output);
      const receipt = receipts.rowOf(id, message.receipt, message.output);
      const { creditWei, isNew } = await persistently(() => this.#count(message, usage, receipt));
      job.settleFinished(output);
      board.remove(job);
      const forgotten = this.#parts.writer.forget(job);
      const credit = await this.#creditOf(isNew, usage, message, receipt);
      tell(nodeId, {
        ...{ type: 'acknowledge', jobId: id, attempt: message.attempt, creditWei },
        ...(credit === undefined ? {} : { credit }),
      });
      await forgotten;
    } catch (error) {
      log.error({ err: error, jobId: id }, 'a result could not be written');
      const { code, message: text } = storeFailure(error);
      job.settleFailed('failed', { code, message: text, param: null });
      board.remove(job);
      this.#reopen(job, nodeId);
    }
  }

  /** The job failed or was cancelled. */
  async end(job: LiveJob, state: 'failed' | 'cancelled', error: StoredError): Promise<void> {
    const { board, store, writer, log } = this.#parts;
    try {
      await store.end(job.facts.id, state, job.state.attempt, error, new Date(board.now()));
    } catch (failure) {
      log.error({ err: failure, jobId: job.facts.id }, 'the end of a job could not be written');
    } finally {
      job.settleFailed(state, error);
      board.remove(job);
      await writer.forget(job);
    }
  }

  /** @returns the credit that stands in the ledger, in wei, and whether it is from this call. */
  async #count(
    { output, attempt }: ResultMessage,
    usage: NewUsageRow,
    receipt: NewReceiptRow | undefined,
  ): Promise<{ creditWei: string; isNew: boolean }> {
    const { store, feeSplit } = this.#parts;
    const { buyer_id: buyerId, node_id: nodeId } = usage;
    const charge = jobCharge({ buyerId, nodeId, creditWei: BigInt(usage.credit_wei) }, feeSplit());
    if (await store.finish(output, attempt, usage, charge, receipt))
      return { creditWei: usage.credit_wei, isNew: true };
    // An earlier try may have been written and only its answer lost.
    const counted = await store.creditOf(usage.job_id, usage.node_id, attempt);
    if (counted === undefined) throw new Error('The job was over in the database already.');
    return { creditWei: counted, isNew: false };
  }

  async #creditOf(
    isNew: boolean,
    usage: NewUsageRow,
    { jobId, attempt }: ResultMessage,
    receipt: NewReceiptRow | undefined,
  ): Promise<GatewayCredit | undefined> {
    if (receipt === undefined) return undefined;
    const { receipts } = this.#parts;
    if (isNew) return await receipts.countersign({ usage, attempt, receipt });
    return await receipts.creditFor(usage.node_id, { jobId, attempt });
  }

  /** Nobody acknowledged the result, so the node brings it again; the job is ready to take it then. */
  #reopen(job: LiveJob, nodeId: string): void {
    const { board, timings } = this.#parts;
    const state = reopenedJobState(job.state, nodeId, board.now(), timings);
    board.add(new LiveJob(job.facts, state, job.progress));
  }

  #usage(job: LiveJob, nodeId: string, runMs: number, output: TaskOutput): NewUsageRow {
    const usage = usageOf(output);
    const credit = creditOf(this.#parts.rates, job.facts.kind, usage);
    return {
      job_id: job.facts.id,
      buyer_id: job.facts.buyerId,
      node_id: nodeId,
      kind: job.facts.kind,
      model_digest: job.facts.modelDigest,
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      run_ms: runMs,
      finished_at: new Date(this.#parts.board.now()),
      credit_wei: String(credit),
    };
  }
}

/** For a write that must not be lost to a moment's trouble, such as a database that restarts. */
async function persistently<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries === FINISH_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, FIRST_RETRY_MS * 2 ** (tries - 1)));
    }
  }
}
