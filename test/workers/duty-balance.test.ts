import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DutyBalance } from '../../src/workers/duty-balance.ts';

/** Runs of these lengths one after the other, each rest as long as told and then some. Returns both totals. */
function play(
  balance: DutyBalance,
  steps: readonly { runMs: number; overshootMs: number }[],
): { ranMs: number; totalMs: number } {
  let nowMs = 0;
  let ranMs = 0;
  for (const { runMs, overshootMs } of steps) {
    const restMs = balance.restMs(nowMs);
    if (restMs > 0) nowMs += restMs + overshootMs;
    balance.ran(nowMs, nowMs + runMs);
    nowMs += runMs;
    ranMs += runMs;
  }
  nowMs += Math.max(0, balance.restMs(nowMs));
  return { ranMs, totalMs: nowMs };
}

const steps = fc.array(
  fc.record({
    runMs: fc.double({ min: 0.01, max: 500, noNaN: true }),
    overshootMs: fc.double({ min: 0, max: 40, noNaN: true }),
  }),
  { minLength: 1, maxLength: 200 },
);
const duty = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe('DutyBalance', () => {
  it('never lets a model run for more than its share and 50 ms', () => {
    fc.assert(
      fc.property(duty, steps, (dutyCycle, series) => {
        const balance = new DutyBalance();
        balance.change(dutyCycle, 0);
        const { ranMs, totalMs } = play(balance, series);
        expect(ranMs).toBeLessThanOrEqual(dutyCycle * totalMs + 50 + 1e-6);
      }),
    );
  });

  it('gives a model its whole share, however late its rests end, within 50 ms', () => {
    fc.assert(
      fc.property(duty, steps, (dutyCycle, series) => {
        const balance = new DutyBalance();
        balance.change(dutyCycle, 0);
        const { ranMs, totalMs } = play(balance, series);
        // A rest that is 40 ms too long costs at most 40 ms of run time, less than the credit holds.
        expect(ranMs).toBeGreaterThanOrEqual(dutyCycle * totalMs - 50 - 1e-6);
      }),
    );
  });

  it('owes nothing at full speed, nor for what ran at full speed', () => {
    const balance = new DutyBalance();
    balance.ran(0, 10_000);
    expect(balance.restMs(10_000)).toBe(0);
    balance.change(0.1, 10_000);
    expect(balance.restMs(10_000)).toBe(0);
    balance.ran(10_000, 10_100);
    expect(balance.restMs(10_100)).toBeCloseTo(900, 6);
    balance.change(1, 10_100);
    expect(balance.restMs(10_100)).toBe(0);
  });

  it('keeps what is owed when the share changes, at the new rate', () => {
    const balance = new DutyBalance();
    balance.change(0.1, 0);
    balance.ran(0, 100);
    expect(balance.restMs(400)).toBeCloseTo(600, 6);
    balance.change(0.5, 400);
    expect(balance.restMs(400)).toBeCloseTo(120, 6);
  });

  it('saves no more than 50 ms while there is no work', () => {
    const balance = new DutyBalance();
    balance.change(0.5, 0);
    balance.ran(3_600_000, 3_600_200);
    expect(balance.restMs(3_600_200)).toBeCloseTo((200 - 100 - 50) / 0.5, 6);
  });

  it('bounds what one run of many minutes owes', () => {
    const balance = new DutyBalance();
    balance.change(0.01, 0);
    balance.ran(0, 3_600_000);
    expect(balance.restMs(3_600_000)).toBe(120_000);
  });
});
