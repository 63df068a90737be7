import { expect, test } from 'vitest';
import { RequestRate } from '../../../src/gpu/helper/request-rate.ts';

test('lets a burst through and then no more than the rate', () => {
  let nowMs = 0;
  const rate = new RequestRate({ clock: { now: () => new Date(nowMs) }, perSecond: 10, burst: 3 });
  const take = (times: number) => Array.from({ length: times }, () => rate.take()).filter(Boolean).length;
  expect(take(10)).toBe(3);
  nowMs += 200;
  expect(take(10)).toBe(2);
  nowMs += 60_000;
  expect(take(10)).toBe(3);
  nowMs -= 60_000;
  expect(take(10)).toBe(0);
});
