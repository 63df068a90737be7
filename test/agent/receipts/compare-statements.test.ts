import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareStatements,
  gata,
  type StatedEpoch,
  type StatedJob,
} from '../../../src/agent/receipts/compare-statements.ts';
import type { RewardStatement } from '../../../src/shared/reward-statement.ts';

type Reward = NonNullable<RewardStatement['reward']>;

const WEIGHT = 7_000;

function rewardOf(jobs: readonly StatedJob[]): Reward {
  const creditWei = jobs.reduce((sum, job) => sum + job.creditWei, 0n);
  return {
    creditWei: String(creditWei),
    usageWei: String((creditWei * BigInt(WEIGHT)) / 10_000n),
    ...{ usageWeight: WEIGHT, availabilityWei: '5', readyMs: 1_000, capacity: 10_000 },
    ...{ payoutAddress: null, settledEpoch: null },
  };
}

/** Jobs with receipts, and how an honest gateway tells of them: each open or in one epoch, perhaps with a reading between. */
const booksArbitrary = fc
  .uniqueArray(fc.uuid(), { minLength: 1, maxLength: 40 })
  .chain((ids) =>
    fc.record({
      jobs: fc.tuple(
        ...ids.map((jobId) =>
          fc.record({
            jobId: fc.constant(jobId),
            creditWei: fc.bigInt({ min: 0n, max: 10n ** 40n }),
            /** 0: none yet. */
            epoch: fc.integer({ min: 0, max: 3 }),
            /** The open statement was read before its epoch was frozen. */
            isSeenTwice: fc.boolean(),
            hasReceipt: fc.boolean(),
          }),
        ),
      ),
    }),
  )
  .map(({ jobs }) => {
    const epochs: StatedEpoch[] = [1, 2, 3].map((number) => {
      const inIt = jobs.filter((job) => job.epoch === number);
      return { number, jobs: inIt, reward: rewardOf(inIt), ownReadyMs: undefined };
    });
    const receipts = new Map(jobs.filter((job) => job.hasReceipt).map((job) => [job.jobId, job.creditWei]));
    const open = jobs.filter((job) => job.epoch === 0 || job.isSeenTwice);
    return { jobs, epochs, receipts, open };
  });

const problemsOf = (epochs: readonly { readonly problems: readonly string[] }[]) =>
  epochs.flatMap(({ problems }) => problems);

describe('the comparison of statements with receipts', () => {
  it('finds nothing in honest books, and what is open to the wei', () => {
    fc.assert(
      fc.property(booksArbitrary, ({ jobs, epochs, receipts, open }) => {
        const found = compareStatements(receipts, new Set(receipts.keys()), open, epochs);
        expect(found.missing).toEqual([]);
        expect(found.changed).toEqual([]);
        expect(problemsOf(found.epochs)).toEqual([]);
        const openJobs = jobs.filter((job) => job.epoch === 0);
        expect(found.openWei).toBe(openJobs.reduce((sum, job) => sum + job.creditWei, 0n));
      }),
    );
  });

  it('finds any job that is left out, and any credit that is not the signed one', () => {
    fc.assert(
      fc.property(
        booksArbitrary,
        fc.nat(),
        fc.bigInt({ min: -3n, max: 3n }).filter((wei) => wei !== 0n),
        ({ jobs, epochs, receipts, open }, choice, wei) => {
          const [lied] = [jobs[choice % jobs.length]];
          if (lied === undefined || !receipts.has(lied.jobId)) return;
          const due = new Set(receipts.keys());
          const without = (list: readonly StatedJob[]) => list.filter(({ jobId }) => jobId !== lied.jobId);
          const lacking = epochs.map((epoch) => ({
            ...epoch,
            jobs: without(epoch.jobs),
            reward: rewardOf(without(epoch.jobs)),
          }));
          const dropped = compareStatements(receipts, due, without(open), lacking);
          expect(dropped.missing).toEqual([{ jobId: lied.jobId, creditWei: lied.creditWei }]);

          const altered = (list: readonly StatedJob[]) =>
            list.map((job) => (job.jobId === lied.jobId ? { ...job, creditWei: job.creditWei + wei } : job));
          const other = epochs.map((epoch) => ({
            ...epoch,
            jobs: altered(epoch.jobs),
            reward: rewardOf(altered(epoch.jobs)),
          }));
          const changed = compareStatements(receipts, due, altered(open), other);
          expect(changed.changed).toEqual([
            { jobId: lied.jobId, signedWei: lied.creditWei, statedWei: lied.creditWei + wei },
          ]);
          // An epoch that adds up by itself does not add up to what was signed.
          if (lied.epoch > 0) expect(problemsOf(changed.epochs)).not.toEqual([]);
        },
      ),
    );
  });

  it('does not miss what was credited after the statement was read', () => {
    const receipts = new Map([['a', 1n]]);
    expect(compareStatements(receipts, new Set(), [], []).missing).toEqual([]);
  });

  it('finds an epoch without a reward for its jobs', () => {
    const jobs = [{ jobId: 'a', creditWei: 10n ** 18n }];
    const epoch = { number: 4, jobs, reward: null, ownReadyMs: undefined };
    const found = compareStatements(new Map(), new Set(), [], [epoch]);
    expect(problemsOf(found.epochs)).toEqual(['Epoch 4 has no reward for 1 GATA of credits.']);
  });

  it('writes amounts with all their digits', () => {
    expect([0n, 1n, 10n ** 18n, 1_500_000_000_000_000_000n].map(gata)).toEqual([
      '0 GATA',
      '0.000000000000000001 GATA',
      '1 GATA',
      '1.5 GATA',
    ]);
  });
});
