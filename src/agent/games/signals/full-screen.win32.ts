/** In pixels; `right` and `bottom` lie just outside. */
export interface ScreenRectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What Windows tells of a window, in the screen's own pixels. */
export interface WindowShape {
  /** What the program draws in: the window without its frame and title. */
  readonly client: ScreenRectangle;
  /** The monitor that it lies on, or most of it. */
  readonly monitor: ScreenRectangle;
  /** GWL_STYLE of the window. */
  readonly style: number;
}

/** winuser.h */
const WS_MAXIMIZE = 0x0100_0000;
const WS_CAPTION = 0x00c0_0000;
/** A window that Windows enlarges for a program that knows no dense screens may come out a pixel short. */
const SLACK_PIXELS = 1;

/**
 * Whether a window fills its monitor as the task bar sees it: by what the program draws in
 * (devblogs.microsoft.com/oldnewthing, 22 May 2025). A window that is only maximized, over a task bar that
 * hides itself, is no full screen.
 */
export function isFullScreen({ client, monitor, style }: WindowShape): boolean {
  const isMaximizedOnly = (style & WS_MAXIMIZE) !== 0 && (style & WS_CAPTION) === WS_CAPTION;
  return !isMaximizedOnly && covers(client, monitor);
}

function covers(client: ScreenRectangle, monitor: ScreenRectangle): boolean {
  return (
    client.left <= monitor.left + SLACK_PIXELS &&
    client.top <= monitor.top + SLACK_PIXELS &&
    client.right >= monitor.right - SLACK_PIXELS &&
    client.bottom >= monitor.bottom - SLACK_PIXELS
  );
}
