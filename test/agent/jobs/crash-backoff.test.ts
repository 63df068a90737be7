import { describe, expect, it } from 'vitest';
import { afterCrash, afterRun, NO_CRASHES, pauseLeftMs } from '../../../src/agent/jobs/crash-backoff.ts';

const crashes = (times: readonly number[], from = NO_CRASHES) =>
  times.reduce((state, at) => afterCrash(state, at), from);

describe('the crash backoff', () => {
  it('tolerates two crashes within a minute, and any number that are further apart', () => {
    expect(pauseLeftMs(crashes([0, 59_000]), 59_000)).toBe(0);
    expect(pauseLeftMs(crashes([0, 40_000, 80_000, 120_000]), 120_000)).toBe(0);
  });

  it('pauses for 30 s at the third crash within a minute', () => {
    const state = crashes([0, 1_000, 2_000]);
    expect(pauseLeftMs(state, 2_000)).toBe(30_000);
    expect(pauseLeftMs(state, 31_999)).toBe(1);
    expect(pauseLeftMs(state, 32_000)).toBe(0);
  });

  it('doubles the pause every time, up to half an hour', () => {
    let state = NO_CRASHES;
    let now = 0;
    const pauses: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      state = crashes([now, now, now], state);
      pauses.push(pauseLeftMs(state, now) / 1000);
      now += pauseLeftMs(state, now);
    }
    expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1800, 1800]);
  });

  it('forgets the pauses once a run finishes well and a minute after the last crash', () => {
    const paused = crashes([0, 0, 0]);
    expect(afterRun(paused, 10_000)).toBe(paused);
    expect(afterRun(paused, 30_000)).toEqual(NO_CRASHES);
    const again = crashes([31_000], paused);
    expect(afterRun(again, 40_000)).toBe(again);
    expect(afterRun(again, 91_000)).toEqual(NO_CRASHES);
  });
});
