import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import type { NoticeBoard } from '../notice-board.ts';
import { type Comparison, compareStatements, type StatedEpoch } from './compare-statements.ts';
import { differenceText, type RootFinding } from './difference-text.ts';
import type { ReadyTime } from './ready-time.ts';
import type { ReceiptDesk } from './receipt-desk.ts';
import type { OpenReceipt, ReceiptLog } from './receipt-log.ts';
import { nextReviewMs } from './review-pace.ts';
import {
  advance,
  type GatewayReview,
  paidUpTo,
  type ReviewedEpoch,
  type ReviewState,
} from './review-state.ts';
import { readEpochs, readReceipts, readStatement, type StatementGateway } from './statement-reader.ts';

export interface StatementReviewParts {
  readonly gateway: StatementGateway;
  readonly log: ReceiptLog;
  readonly desk: ReceiptDesk;
  readonly readyTime: ReadyTime;
  readonly state: ReviewState;
  readonly notices: NoticeBoard;
  readonly clock: Clock;
  readonly logger: Logger;
}

const NOTICE_CODE = 'statement-difference';
const AFTER_CONNECTING_MS = 3_000;
/** Of jobs that a review finds without one; more are asked for by the next. */
const RECEIPTS_ASKED = 500;
/** Jobs from before there were receipts have none; they are not asked for again. */
const WITHOUT_LIMIT = 100_000;
/** Looked at again in one review. */
const DIFFERING_AT_ONCE = 20;

/**
 * Makes the sums of the gateway's statements again from the receipts that both sides signed, and warns when they are
 * not the same to the wei. Looks at the start, after epochs and every few minutes; jobs do not wait for it.
 */
export class StatementReview extends EventEmitter<{ change: [] }> implements AsyncDisposable {
  readonly #parts: StatementReviewParts;
  readonly #without = new Set<string>();
  #view: WalletOverview['statements'] = null;
  #pendingWei: bigint | null = null;
  #epochMs: number | undefined;
  #reviews = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: StatementReviewParts) {
    super();
    this.#parts = parts;
  }

  /** null: not compared yet. */
  get view(): WalletOverview['statements'] {
    return this.#view;
  }

  /** Credits and rewards that no epoch gave to an address yet, by the statement; null: not asked yet. */
  get pendingWei(): bigint | null {
    return this.#pendingWei;
  }

  /** There is a connection to the gateway, perhaps to another one than before. */
  online(): void {
    this.#reviews = 0;
    this.#schedule(AFTER_CONNECTING_MS);
  }

  /** Compares now, or waits for the comparison under way. A gateway that does not answer leaves all as it was. */
  async refresh(): Promise<void> {
    this.#running ??= this.#review()
      .catch((error: unknown) => {
        this.#parts.logger.debug({ err: error }, 'The statements could not be compared; it is tried again.');
      })
      .finally(() => {
        this.#running = undefined;
        this.#reviews += 1;
        this.#schedule(nextReviewMs(this.#epochMs, this.#reviews, Math.random()));
      });
    await this.#running;
  }

  /** From now on this gateway's present key is the one to expect. @throws GataError `gateway-unreachable`. */
  async trustKey(): Promise<string> {
    const { gateway, state } = this.#parts;
    const [name, key] = await Promise.all([gateway.gatewayName(), gateway.receiptKey()]);
    const review = state.of(name);
    state.set(name, { ...review, keys: [...new Set([...review.keys, key])] });
    await this.refresh();
    return key;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.refresh(), afterMs).unref();
  }

  async #review(): Promise<void> {
    const { gateway, log, desk, state } = this.#parts;
    const [name, key] = await Promise.all([gateway.gatewayName(), gateway.receiptKey()]);
    const kept = state.of(name);
    const before: GatewayReview = { ...kept, keys: kept.keys.length === 0 ? [key] : kept.keys };
    await desk.settled();
    // Before anything is read: a statement that is read later has them all.
    const due = await log.openOf(name);
    const open = await readStatement(gateway, undefined);
    const newer = await readEpochs(gateway, before.reviewed);
    const again = before.differing.slice(-DIFFERING_AT_ONCE);
    const unpaid = before.unpaid === null ? [] : [before.unpaid.newest];
    const epochs = await this.#readEpochs(new Set([...newer, ...again, ...unpaid]));
    // The receipts of an epoch that was compared are closed: nothing of it is missing.
    const uncompared = epochs.filter(({ number }) => number > before.reviewed || again.includes(number));
    const known = await this.#askForMissing(
      name,
      [open, ...uncompared].flatMap(({ jobs }) => jobs),
    );
    const credits = new Map([...known].map(([jobId, { creditWei }]) => [jobId, creditWei]));
    const dueIds = new Set(due.keys());
    let comparison = compareStatements(credits, dueIds, open.jobs, epochs);
    if (comparison.missing.length > 0) {
      // It may have come after its epoch was compared.
      const read = new Set(epochs.map(({ number }) => number));
      const recent = await this.#readEpochs(new Set(before.recent.filter((number) => !read.has(number))));
      epochs.push(...recent);
      comparison = compareStatements(credits, dueIds, open.jobs, epochs);
    }
    const reviewed = epochs.map((epoch) => reviewedEpoch(epoch, comparison));
    const after = advance(before, reviewed);
    const roots = await this.#compareRoots(after, Math.max(0, ...newer, before.reviewed));
    state.set(name, after);
    for (const { number, jobIds } of comparison.epochs) {
      if (!after.differing.includes(number)) await log.close(number, jobIds);
    }
    this.#pendingWei = comparison.openWei + BigInt(after.unpaid?.wei ?? 0);
    await this.#show(
      differenceText({ comparison, roots, key, trusted: after.keys, receipts: [...due.values()] }),
    );
  }

  async #readEpochs(numbers: ReadonlySet<number>): Promise<StatedEpoch[]> {
    const { gateway, readyTime } = this.#parts;
    const epochs: StatedEpoch[] = [];
    for (const number of [...numbers].sort((a, b) => a - b)) {
      const { jobs, reward } = await readStatement(gateway, number);
      const { startedAt, cutAt } = reward ?? {};
      const [fromMs, toMs] = [Date.parse(startedAt ?? ''), Date.parse(cutAt ?? '')];
      const isKnown = Number.isFinite(fromMs) && Number.isFinite(toMs);
      if (isKnown) this.#epochMs = toMs - fromMs;
      epochs.push({ number, jobs, reward, ownReadyMs: isKnown ? readyTime.within(fromMs, toMs) : undefined });
    }
    return epochs;
  }

  /** Receipts of jobs that a statement names and this node has none for: a kill or a lost message took them. */
  async #askForMissing(
    name: string,
    jobs: readonly { readonly jobId: string }[],
  ): Promise<ReadonlyMap<string, OpenReceipt>> {
    const { gateway, log, desk } = this.#parts;
    const have = await log.openOf(name);
    const wanted = jobs.map(({ jobId }) => jobId).filter((id) => !have.has(id) && !this.#without.has(id));
    // Epochs that were compared once are compared again when it was forgotten: their receipts are there, and closed.
    const { receipts } = await log.totals();
    const isForgotten = this.#parts.state.of(name).reviewed === 0 && receipts > have.size;
    if (wanted.length === 0 || isForgotten) return have;
    const asked = wanted.slice(0, RECEIPTS_ASKED);
    const answered = await readReceipts(gateway, asked, RECEIPTS_ASKED);
    const taken = await desk.takeAll(answered.filter((receipt) => asked.includes(receipt.jobId)));
    const got = new Set(taken.map(({ jobId }) => jobId));
    for (const id of asked) if (!got.has(id) && this.#without.size < WITHOUT_LIMIT) this.#without.add(id);
    return await log.openOf(name);
  }

  /** What the root gives the address, which other nodes may share, is at least what went to it by the statements. */
  async #compareRoots(review: GatewayReview, newest: number): Promise<RootFinding[]> {
    const last = review.payments.at(-1);
    if (last === undefined) return [];
    const proof = await this.#parts.gateway.rewardProof(last.address);
    // A root is built moments after its epoch is frozen.
    const epoch = proof?.epoch ?? newest - 2;
    const dueWei = paidUpTo(review, last.address, epoch);
    const givenWei = BigInt(proof?.cumulative ?? 0);
    return givenWei < dueWei ? [{ epoch, givenWei, dueWei }] : [];
  }

  async #show(difference: string | null): Promise<void> {
    const { log, notices, clock, logger } = this.#parts;
    const { receipts } = await log.totals();
    const isNews = difference !== (this.#view?.difference ?? null);
    this.#view = { comparedAt: clock.now().toISOString(), receipts, difference };
    if (difference === null) {
      notices.dismiss(NOTICE_CODE);
    } else if (isNews) {
      logger.warn({ difference }, "The gateway's statement differs from the receipts.");
      const message = `${difference} "gata wallet receipts --csv" prints what both sides signed.`;
      notices.post({ level: 'warning', code: NOTICE_CODE, message });
    }
    this.emit('change');
  }
}

function reviewedEpoch({ number, reward }: StatedEpoch, { epochs, changed }: Comparison): ReviewedEpoch {
  const finding = epochs.find((each) => each.number === number);
  const ids = new Set(finding?.jobIds);
  const { payoutAddress, settledEpoch } = reward ?? {};
  const isPaid = typeof payoutAddress === 'string' && typeof settledEpoch === 'number';
  return {
    number,
    differs: (finding?.problems.length ?? 0) > 0 || changed.some(({ jobId }) => ids.has(jobId)),
    rewardWei: reward === null ? 0n : BigInt(reward.usageWei) + BigInt(reward.availabilityWei),
    paidTo: isPaid ? { address: payoutAddress.toLowerCase(), epoch: settledEpoch } : null,
  };
}
