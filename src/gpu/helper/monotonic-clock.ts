import type { Clock } from '../../shared/clock.ts';

/** Counts from an arbitrary moment and never jumps: for durations only. */
export const monotonicClock: Clock = { now: () => new Date(performance.now()) };
