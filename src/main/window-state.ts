import type { Rectangle } from 'electron';
import { z } from 'zod';

const rectangleSchema = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() });

/** The dashboard window as the user left it. */
export const windowStateSchema = z.object({ bounds: rectangleSchema, isMaximized: z.boolean() });
export type WindowState = z.infer<typeof windowStateSchema>;

export const SMALLEST_WINDOW = { width: 720, height: 480 };
const FIRST_WINDOW = { width: 1080, height: 720 };
/** Of a window's title bar, at least this much must be on a screen to be grabbed. */
const GRABBABLE_PIXELS = 100;

/**
 * Where to open the window: as it was left if that is still on a screen, else in the middle (no x and y).
 * @param workAreas of every screen connected now.
 */
export function placeWindow(
  state: WindowState | undefined,
  workAreas: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  if (state === undefined) return FIRST_WINDOW;
  const { bounds } = state;
  const size = {
    width: Math.max(bounds.width, SMALLEST_WINDOW.width),
    height: Math.max(bounds.height, SMALLEST_WINDOW.height),
  };
  const isReachable = workAreas.some(
    (area) =>
      bounds.y >= area.y &&
      bounds.y <= area.y + area.height - GRABBABLE_PIXELS &&
      bounds.x + size.width >= area.x + GRABBABLE_PIXELS &&
      bounds.x <= area.x + area.width - GRABBABLE_PIXELS,
  );
  if (isReachable) return { x: bounds.x, y: bounds.y, ...size };
  const largest = workAreas.toSorted((one, other) => other.width * other.height - one.width * one.height)[0];
  return {
    width: Math.min(size.width, largest?.width ?? size.width),
    height: Math.min(size.height, largest?.height ?? size.height),
  };
}
