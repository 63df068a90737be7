import type { Clock } from '../../shared/clock.ts';

/** The time of day when the process started, and from then on steady: setting the computer's clock moves nothing. */
export const monotonicClock: Clock = { now: () => new Date(performance.timeOrigin + performance.now()) };
