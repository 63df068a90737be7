import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastInputAt } from '../../../../src/agent/games/signals/last-input.win32.ts';

const NOW = new Date('2026-11-20T12:00:00Z');
const ago = (milliseconds: number) => new Date(NOW.getTime() - milliseconds);
const TURN = 2 ** 32;

describe("the user's last input on Windows", () => {
  it.each<[string, number, number, Date]>([
    ['just now', 5_000, 5_000, NOW],
    ['a minute ago', 65_000, 5_000, ago(60_000)],
    ['before the ticks began again', 1_000, TURN - 4_000, ago(5_000)],
    ['a month ago', 30 * 86_400_000, 0, ago(30 * 86_400_000)],
    ['stamped a little later than the clock was read', 5_000, 5_016, NOW],
    ['stamped later, as the ticks began again', TURN - 10, 6, NOW],
  ])('was %s', (_what, nowTick, inputTick, expected) => {
    expect(lastInputAt(NOW, nowTick, inputTick)).toEqual(expected);
  });

  it('is never in the future and, within 49 days, exact at any turn of the ticks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: TURN - 1 }),
        fc.integer({ min: 0, max: 49 * 86_400_000 }),
        (inputTick, agoMs) => {
          expect(lastInputAt(NOW, (inputTick + agoMs) % TURN, inputTick)).toEqual(ago(agoMs));
        },
      ),
    );
  });
});
