import { describe, expect, it } from 'vitest';
import { lockTime } from '../../../src/renderer/wallet-keys/lock-time.ts';

describe('lockTime', () => {
  it.each([
    [15 * 60_000, { unit: 'minute', value: 15 }],
    [3 * 60_000 + 1, { unit: 'minute', value: 4 }],
    [61_000, { unit: 'minute', value: 2 }],
    [60_000, { unit: 'second', value: 60 }],
    [41_200, { unit: 'second', value: 42 }],
    [1, { unit: 'second', value: 1 }],
    [-5000, { unit: 'second', value: 1 }],
  ] as const)('says what %i ms are', (remainingMs, time) => {
    expect(lockTime(remainingMs)).toEqual(time);
  });
});
