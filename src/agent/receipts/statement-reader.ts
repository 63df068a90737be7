import type { Receipt } from '../../shared/receipt.ts';
import { RECEIPTS_AT_ONCE } from '../../shared/receipt.ts';
import type { RewardProof } from '../../shared/reward-proof.ts';
import type { RewardStatement, StatementQuery } from '../../shared/reward-statement.ts';
import type { StatedJob } from './compare-statements.ts';

/** What is asked of the gateway for a review. */
export interface StatementGateway {
  gatewayName(): Promise<string>;
  receiptKey(): Promise<string>;
  statement(query: StatementQuery): Promise<RewardStatement>;
  receipts(jobIds: readonly string[]): Promise<Receipt[]>;
  /** undefined: no root names the address. */
  rewardProof(address: string): Promise<RewardProof | undefined>;
}

/** The highest UUID: no job comes after it, so that a statement answers without jobs. */
const NO_JOBS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** A hundred thousand jobs: a gateway that goes on for longer is not believed. */
const PAGES_LIMIT = 100;
const EPOCHS_LIMIT = 20_000;

export interface WholeStatement {
  readonly jobs: StatedJob[];
  readonly reward: RewardStatement['reward'];
}

/** All pages of a statement. @param epoch undefined: what no epoch has yet. @throws Error when it does not end. */
export async function readStatement(
  gateway: StatementGateway,
  epoch: number | undefined,
): Promise<WholeStatement> {
  const jobs: StatedJob[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < PAGES_LIMIT; pages += 1) {
    const page = await gateway.statement({
      ...(epoch === undefined ? {} : { epoch }),
      ...(after === undefined ? {} : { after }),
    });
    for (const { jobId, creditWei } of page.jobs) jobs.push({ jobId, creditWei: BigInt(creditWei) });
    after = page.jobs.at(-1)?.jobId;
    if (!page.more || after === undefined) return { jobs, reward: page.reward };
  }
  throw new Error('The statement of the gateway does not end.');
}

/** The epochs after one that have a reward of this node, oldest first. */
export async function readEpochs(gateway: StatementGateway, since: number): Promise<number[]> {
  const epochs: number[] = [];
  while (epochs.length < EPOCHS_LIMIT) {
    const page = await gateway.statement({ after: NO_JOBS, since: epochs.at(-1) ?? since });
    const next = page.epochs ?? [];
    if (next.length === 0) return epochs;
    epochs.push(...next);
  }
  return epochs;
}

/** @param limit the most that are asked for. */
export async function readReceipts(
  gateway: StatementGateway,
  jobIds: readonly string[],
  limit: number,
): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for (let start = 0; start < Math.min(jobIds.length, limit); start += RECEIPTS_AT_ONCE) {
    receipts.push(
      ...(await gateway.receipts(jobIds.slice(start, Math.min(start + RECEIPTS_AT_ONCE, limit)))),
    );
  }
  return receipts;
}
