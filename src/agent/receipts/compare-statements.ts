import type { RewardStatement } from '../../shared/reward-statement.ts';

/** A job as a statement has it. */
export interface StatedJob {
  readonly jobId: string;
  readonly creditWei: bigint;
}

export interface StatedEpoch {
  readonly number: number;
  /** All of them. */
  readonly jobs: readonly StatedJob[];
  readonly reward: RewardStatement['reward'];
  /** How long this node was ready in the epoch, by its own clock; undefined: that is not known. */
  readonly ownReadyMs: number | undefined;
}

interface EpochFinding {
  readonly number: number;
  /** Jobs of it that the node has a receipt for. */
  readonly jobIds: readonly string[];
  /** What is wrong with its reward, in sentences. */
  readonly problems: readonly string[];
}

export interface Comparison {
  /** Jobs that the gateway signed a credit for, and that no statement names. */
  readonly missing: readonly StatedJob[];
  /** Jobs whose credit is not the one that the gateway signed. */
  readonly changed: readonly {
    readonly jobId: string;
    readonly signedWei: bigint;
    readonly statedWei: bigint;
  }[];
  readonly epochs: readonly EpochFinding[];
  /** What is credited and in no epoch, by the statement. */
  readonly openWei: bigint;
}

const WHOLE = 10_000n;
/** A crash of the gateway loses a minute of the time that a node was ready, and it looks every five seconds. */
const READY_TOLERANCE_MS = 90_000;
const READY_TOLERANCE_PART = 0.05;

/**
 * Makes a node's sums again from what the gateway signed, and says where its statements differ.
 * @param receipts by job id, in wei. @param due the jobs of them that must be in one of the statements.
 * @param openJobs what the statement has as in no epoch. @param epochs each once; they may name jobs that the open
 * statement named too, because an epoch was frozen between the two readings.
 */
export function compareStatements(
  receipts: ReadonlyMap<string, bigint>,
  due: ReadonlySet<string>,
  openJobs: readonly StatedJob[],
  epochs: readonly StatedEpoch[],
): Comparison {
  const inEpochs = new Set(epochs.flatMap(({ jobs }) => jobs.map(({ jobId }) => jobId)));
  const open = openJobs.filter(({ jobId }) => !inEpochs.has(jobId));
  const stated = [...open, ...epochs.flatMap(({ jobs }) => jobs)];
  const named = new Set(stated.map(({ jobId }) => jobId));
  return {
    missing: [...receipts]
      .filter(([jobId]) => due.has(jobId) && !named.has(jobId))
      .map(([jobId, creditWei]) => ({ jobId, creditWei })),
    changed: stated.flatMap(({ jobId, creditWei: statedWei }) => {
      const signedWei = receipts.get(jobId);
      return signedWei === undefined || signedWei === statedWei ? [] : [{ jobId, signedWei, statedWei }];
    }),
    epochs: epochs.map((epoch) => ({
      number: epoch.number,
      jobIds: epoch.jobs.map(({ jobId }) => jobId).filter((jobId) => receipts.has(jobId)),
      problems: rewardProblems(epoch, receipts),
    })),
    openWei: open.reduce((sum, { creditWei }) => sum + creditWei, 0n),
  };
}

/** The formula as far as one node can know it: its credits, what goes by use, and how long it was ready. */
function rewardProblems(
  { number, jobs, reward, ownReadyMs }: StatedEpoch,
  receipts: ReadonlyMap<string, bigint>,
): string[] {
  const creditWei = jobs.reduce((sum, job) => sum + (receipts.get(job.jobId) ?? job.creditWei), 0n);
  if (reward === null) {
    return creditWei === 0n ? [] : [`Epoch ${number} has no reward for ${gata(creditWei)} of credits.`];
  }
  const problems: string[] = [];
  if (BigInt(reward.creditWei) !== creditWei) {
    const [stated, signed] = [gata(BigInt(reward.creditWei)), gata(creditWei)];
    problems.push(`Epoch ${number} counts ${stated} of credits; its jobs make ${signed}.`);
  }
  const { usageWeight } = reward;
  if (typeof usageWeight === 'number') {
    const usageWei = (creditWei * BigInt(usageWeight)) / WHOLE;
    if (BigInt(reward.usageWei) !== usageWei) {
      const [stated, due] = [gata(BigInt(reward.usageWei)), gata(usageWei)];
      problems.push(`Epoch ${number} pays ${stated} for use; ${due} are due.`);
    }
  }
  if (ownReadyMs !== undefined) {
    const leastMs = ownReadyMs * (1 - READY_TOLERANCE_PART) - READY_TOLERANCE_MS;
    if (reward.readyMs < leastMs) {
      const [stated, own] = [minutes(reward.readyMs), minutes(ownReadyMs)];
      problems.push(`Epoch ${number} counts ${stated} min ready; this node was ready for ${own} min.`);
    }
  }
  return problems;
}

/** All digits of an amount, in GATA. */
export function gata(wei: bigint): string {
  const digits = String(wei).padStart(19, '0');
  const fraction = digits.slice(-18).replace(/0+$/, '');
  return `${digits.slice(0, -18)}${fraction === '' ? '' : `.${fraction}`} GATA`;
}

function minutes(ms: number): number {
  return Math.round(ms / 60_000);
}
