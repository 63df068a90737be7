import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochRewards } from '../../../src/gateway/settle/epoch-rewards.ts';

const HOUR = 3_600_000;
const GATA = 10n ** 18n;
const weights = { usage: 7_000, availabilityPerGpuHourWei: GATA / 10n, availabilityPerEpochWei: GATA };
const node = (nodeId: string, creditWei: bigint, readyMs = HOUR, runMs = 1000) => ({
  ...{ nodeId, creditWei, readyMs, runMs },
});

describe('the reward of an epoch', () => {
  it('pays one node all the fees, and the emission for an hour of a reference card', () => {
    const [alone] = epochRewards([node('a', GATA)], weights, HOUR);
    expect(alone).toMatchObject({ usageWei: (GATA * 7n) / 10n, capacity: 10_000 });
    expect(alone?.availabilityWei).toBe((GATA * 3n) / 10n + GATA / 10n);
  });

  it('counts readiness twice: as hours and as a share of the epoch', () => {
    const [whole, half] = epochRewards([node('a', GATA), node('b', GATA, HOUR / 2)], weights, HOUR);
    expect(whole?.availabilityWei).toBe(4n * (half?.availabilityWei ?? 0n));
  });

  it('pays nothing to who only waits, and caps the emission', () => {
    const [worker, idler] = epochRewards([node('a', GATA), node('b', 0n, HOUR, 0)], weights, HOUR);
    expect(idler).toMatchObject({ usageWei: 0n, availabilityWei: 0n, capacity: 0 });
    const little = { ...weights, availabilityPerEpochWei: 5n };
    const [capped] = epochRewards([node('a', GATA)], little, HOUR);
    expect((capped?.usageWei ?? 0n) + (capped?.availabilityWei ?? 0n)).toBe(GATA + 5n);
    expect(worker?.usageWei).toBe((GATA * 7n) / 10n);
  });

  it('pays by use alone when nobody was seen ready', () => {
    const rewards = epochRewards([node('a', 10n, 0), node('b', 7n, 0)], weights, HOUR);
    expect(rewards.map((reward) => reward.usageWei + reward.availabilityWei)).toEqual([10n, 7n]);
  });

  it('never pays less than the fees in sum, nor more than fees and the cap', () => {
    const work = fc.record({
      nodeId: fc.uuid(),
      creditWei: fc.bigInt({ min: 0n, max: 10n ** 30n }),
      runMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      readyMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
    });
    const anyWeights = fc.record({
      usage: fc.integer({ min: 0, max: 10_000 }),
      availabilityPerGpuHourWei: fc.bigInt({ min: 0n, max: 10n ** 24n }),
      availabilityPerEpochWei: fc.bigInt({ min: 0n, max: 10n ** 24n }),
    });
    const epochMs = fc.integer({ min: 1, max: 1e9 });
    fc.assert(
      fc.property(fc.array(work, { maxLength: 12 }), anyWeights, epochMs, (nodes, rules, length) => {
        const rewards = epochRewards(nodes, rules, length);
        const paid = rewards.reduce(
          (sum, { usageWei, availabilityWei }) => sum + usageWei + availabilityWei,
          0n,
        );
        const fees = nodes.reduce((sum, { creditWei }) => sum + creditWei, 0n);
        expect(paid).toBeGreaterThanOrEqual(fees);
        expect(paid).toBeLessThanOrEqual(fees + rules.availabilityPerEpochWei);
        expect(
          rewards.every(({ usageWei, availabilityWei }) => usageWei >= 0n && availabilityWei >= 0n),
        ).toBe(true);
      }),
    );
  });
});
