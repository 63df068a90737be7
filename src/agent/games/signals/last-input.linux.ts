import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { FirstKnownSignal } from './first-known-signal.ts';
import { MutterLastInput } from './last-input.mutter.linux.ts';
import { WaylandLastInput } from './last-input.wayland.linux.ts';
import { X11LastInput } from './last-input.x11.linux.ts';
import type { Signal } from './signal.ts';

/**
 * The user's last input on this desktop. Logind's `IdleHint` is not asked: desktops that do not keep it, KDE
 * for one, leave it at `no` for ever, and Gata would never run.
 */
export function createLastInput(
  logger: Logger,
  environment: NodeJS.ProcessEnv,
  clock: Clock,
): Signal<Date | null> {
  const isWayland = environment.WAYLAND_DISPLAY !== undefined || environment.XDG_SESSION_TYPE === 'wayland';
  if (!isWayland) return new X11LastInput(logger, environment, clock);
  return new FirstKnownSignal('last-input', [
    new WaylandLastInput(logger, environment, clock),
    new MutterLastInput(logger, environment, clock),
  ]);
}
