import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconnectDelayMs } from '../../../src/agent/jobs/reconnect-delay.ts';

describe('the wait before the next attempt to connect', () => {
  it('doubles up to half a minute, and to a second on this machine', () => {
    const waits = (url: string) => [0, 1, 2, 5, 20].map((failures) => reconnectDelayMs(failures, url, 1));
    expect(waits('https://gateway.example')).toEqual([250, 500, 1000, 8000, 30_000]);
    expect(waits('http://127.0.0.1:7430')).toEqual([250, 500, 1000, 1000, 1000]);
  });

  it('is spread over half of itself', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const longest = reconnectDelayMs(failures, 'https://gateway.example', 1);
        const wait = reconnectDelayMs(failures, 'https://gateway.example', random);
        expect(wait).toBeGreaterThanOrEqual(longest / 2);
        expect(wait).toBeLessThanOrEqual(longest);
      }),
    );
  });
});
