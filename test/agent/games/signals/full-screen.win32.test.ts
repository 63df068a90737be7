import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFullScreen, type ScreenRectangle } from '../../../../src/agent/games/signals/full-screen.win32.ts';

const POPUP = 0x9000_0000;
const ORDINARY = 0x10cf_0000;
const ORDINARY_MAXIMIZED = 0x11cf_0000;
/** Windows tells a style as it comes: with its highest bit a number below zero, or not. */
const POPUP_SIGNED = POPUP | 0;
const MONITOR = { left: 0, top: 0, right: 2560, bottom: 1440 };
const LEFT_MONITOR = { left: -1920, top: 180, right: 0, bottom: 1260 };

const at = (left: number, top: number, width: number, height: number): ScreenRectangle => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

describe('a window on Windows', () => {
  it.each<[string, ScreenRectangle, ScreenRectangle, number, boolean]>([
    ['a game without a border', at(0, 0, 2560, 1440), MONITOR, POPUP, true],
    ['the same with a signed style', at(0, 0, 2560, 1440), MONITOR, POPUP_SIGNED, true],
    ['a game on the left monitor', at(-1920, 180, 1920, 1080), LEFT_MONITOR, POPUP, true],
    ['a game over three monitors', at(-1920, 0, 6400, 1440), MONITOR, POPUP, true],
    ['an old game that Windows enlarges', at(0, 0, 2559, 1440), MONITOR, POPUP, true],
    ['an ordinary window', at(200, 100, 1280, 720), MONITOR, ORDINARY, false],
    ['a game in a window with a title', at(8, 31, 2544, 1401), MONITOR, ORDINARY, false],
    ['a game without a border, but smaller', at(0, 0, 2560, 1080), MONITOR, POPUP, false],
    ['a maximized window over the task bar', at(0, 0, 2560, 1400), MONITOR, ORDINARY_MAXIMIZED, false],
    ['a maximized window, the bar hidden', at(0, 0, 2560, 1440), MONITOR, ORDINARY_MAXIMIZED, false],
    ['a maximized game without a title', at(0, 0, 2560, 1440), MONITOR, POPUP | 0x0100_0000, true],
    ['a minimized window', at(-32000, -32000, 0, 0), MONITOR, ORDINARY, false],
    ['a game on the other monitor', at(-1920, 180, 1920, 1080), MONITOR, POPUP, false],
  ])('%s', (_what, client, monitor, style, expected) => {
    expect(isFullScreen({ client, monitor, style })).toBe(expected);
  });

  it('is full screen wherever the monitor lies, and however much larger it is', () => {
    const place = fc.integer({ min: -20_000, max: 20_000 });
    const size = fc.integer({ min: 640, max: 8_000 });
    const excess = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(place, place, size, size, excess, (left, top, width, height, more) => {
        const monitor = at(left, top, width, height);
        const larger = at(left - more, top - more, width + 2 * more, height + 2 * more);
        const smaller = at(left, top, width, height - 2 - more);
        expect(isFullScreen({ client: larger, monitor, style: POPUP })).toBe(true);
        expect(isFullScreen({ client: smaller, monitor, style: POPUP })).toBe(false);
      }),
    );
  });
});
