import { describe, expect, it } from 'vitest';
import { isMetered } from '../../../../src/agent/games/signals/metered-network.win32.ts';

describe('the cost of the network on Windows', () => {
  it.each<[string, number, boolean | null]>([
    ['without a network', 0, null],
    ['without limits', 0x1, false],
    ['with limits and much traffic by others', 0x2_0001, false],
    ['up to a limit', 0x2, true],
    ['up to a limit that is near', 0x8_0002, true],
    ['by the byte', 0x4, true],
    ['without limits, but abroad', 0x4_0001, true],
    ['with the limit exceeded', 0x1_0001, true],
    ['of a kind that no one knows yet', 0x8, null],
  ])('%s', (_what, cost, expected) => {
    expect(isMetered(cost)).toBe(expected);
  });
});
