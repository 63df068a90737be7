import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeWindow, SMALLEST_WINDOW } from '../../src/main/window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const left = (bounds: { x: number; y: number; width: number; height: number }) => ({
  bounds,
  isMaximized: false,
});

describe('the place of the window', () => {
  test('is the middle of the screen the first time', () => {
    expect(placeWindow(undefined, [screen])).toEqual({ width: 1080, height: 720 });
  });

  test('is where it was left', () => {
    const bounds = { x: 100, y: 50, width: 1000, height: 700 };
    expect(placeWindow(left(bounds), [screen])).toEqual(bounds);
  });

  test('is the middle again when its screen is gone', () => {
    const bounds = { x: 2500, y: 50, width: 2400, height: 700 };
    expect(placeWindow(left(bounds), [screen])).toEqual({ width: 1920, height: 700 });
  });

  test('can always be reached with the mouse, and is never too small', () => {
    const coordinate = fc.integer({ min: -10_000, max: 10_000 });
    const size = fc.integer({ min: 0, max: 8000 });
    const rectangle = fc.record({ x: coordinate, y: coordinate, width: size, height: size });
    fc.assert(
      fc.property(rectangle, (bounds) => {
        const place = placeWindow(left(bounds), [screen]);
        expect(place.width).toBeGreaterThanOrEqual(SMALLEST_WINDOW.width);
        expect(place.height).toBeGreaterThanOrEqual(SMALLEST_WINDOW.height);
        if (place.x === undefined || place.y === undefined) return;
        expect(place.x + place.width).toBeGreaterThanOrEqual(100);
        expect(place.x).toBeLessThanOrEqual(1820);
        expect(place.y).toBeGreaterThanOrEqual(0);
        expect(place.y).toBeLessThanOrEqual(940);
      }),
    );
  });
});
