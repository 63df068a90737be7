import type { X11Rectangle } from './x11-monitors.ts';

/** What is known of a window; states and types by their names in EWMH. */
export interface X11WindowShape {
  readonly states: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  readonly rectangle: X11Rectangle;
}

/**
 * Whether a window covers a whole screen: it says so, or is as large as a monitor without being the desktop, a
 * panel, or a maximised window on a monitor that has no panel.
 */
export function coversScreen(window: X11WindowShape, monitors: readonly X11Rectangle[]): boolean {
  const { states, types, rectangle } = window;
  if (states.has('_NET_WM_STATE_HIDDEN')) return false;
  if (types.has('_NET_WM_WINDOW_TYPE_DESKTOP') || types.has('_NET_WM_WINDOW_TYPE_DOCK')) return false;
  if (states.has('_NET_WM_STATE_FULLSCREEN')) return true;
  if (states.has('_NET_WM_STATE_MAXIMIZED_VERT') && states.has('_NET_WM_STATE_MAXIMIZED_HORZ')) return false;
  return monitors.some((monitor) => contains(rectangle, monitor));
}

function contains(outer: X11Rectangle, inner: X11Rectangle): boolean {
  return (
    inner.width > 0 &&
    inner.height > 0 &&
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}
