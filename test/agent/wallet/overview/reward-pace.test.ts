import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withdrawable } from '../../../../src/agent/wallet/overview/read-staking.ts';
import {
  type HeldRewards,
  rewardPace,
  rewardsLastSeconds,
  yearlyReturn,
} from '../../../../src/agent/wallet/overview/reward-pace.ts';

const GATA = 10n ** 18n;
const DAY = 86_400;

function held(timestamp: number, inStream: bigint, inReserve = 0n): HeldRewards {
  return { timestamp, inStream, inReserve };
}

test('the return of a year is the rewards of a second, times a year, over all that is staked', () => {
  const pace = rewardPace(held(0, 10n * GATA), held(DAY, 9n * GATA));
  expect(yearlyReturn(pace, 3650n * GATA)).toBeCloseTo(0.1, 12);
  expect(rewardsLastSeconds(pace, held(DAY, 9n * GATA, 1n * GATA))).toBe(10 * DAY);
});

test('nothing is said when nothing is paid out, nobody stakes, or a reward came in between', () => {
  expect(rewardPace(held(0, 0n), held(DAY, 0n))).toBeNull();
  expect(rewardPace(held(5, 10n), held(5, 9n))).toBeNull();
  expect(rewardPace(held(0, 10n), held(DAY, 11n))).toBeNull();
  expect(yearlyReturn(null, GATA)).toBeNull();
  expect(yearlyReturn({ wei: 1n, seconds: 1n }, 0n)).toBeNull();
  expect(rewardsLastSeconds(null, held(0, 1n))).toBeNull();
});

test('an even stream gives the same return over any two blocks', () => {
  const second = fc.integer({ min: 0, max: 30 * DAY });
  fc.assert(
    fc.property(second, second, fc.bigInt({ min: 1n, max: 10n ** 24n }), (one, other, perSecond) => {
      fc.pre(one !== other);
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const left = (at: number) => perSecond * BigInt(30 * DAY - at);
      const pace = rewardPace(held(from, left(from)), held(to, left(to)));
      const expected = (Number(perSecond) * 365 * DAY) / 1e24;
      expect(yearlyReturn(pace, 10n ** 24n)).toBeCloseTo(expected, 6 - Math.ceil(Math.log10(expected + 1)));
    }),
  );
});

test('a withdrawal pays all that is released, or nothing when a slash would be left without cover', () => {
  const queue = [
    { assetsWei: '30', released: true },
    { assetsWei: '20', released: false },
  ];
  expect(withdrawable(queue, 100n, 70n)).toBe(30n);
  expect(withdrawable(queue, 100n, 71n)).toBe(0n);
  expect(withdrawable([], 0n, 0n)).toBe(0n);
});
