import { type PauseReason, pauseReasonCodeSchema } from '../shared/pause-reason.ts';
import type { AgentView } from './agent-view.ts';

export type TrayIcon = 'working' | 'ready' | 'paused' | 'paused-by-game' | 'offline' | 'error';

/** The one state that the tray shows for the agent. */
export function trayIcon(view: AgentView): TrayIcon {
  if (view.kind === 'starting') return 'offline';
  if (view.kind === 'unreachable') return 'error';
  const { state, reasons, network } = view.status;
  if (state === 'paused') return pausedIcon(mostUrgent(reasons));
  // A job that is already here runs on without the network.
  if (state === 'working') return 'working';
  return network.state === 'connected' ? 'ready' : 'offline';
}

/** The first of the reasons in the order of their one list; undefined when there are none. */
export function mostUrgent(reasons: readonly PauseReason[]): PauseReason | undefined {
  const urgency = (reason: PauseReason) => pauseReasonCodeSchema.options.indexOf(reason.code);
  return reasons.toSorted((one, other) => urgency(one) - urgency(other))[0];
}

function pausedIcon(reason: PauseReason | undefined): TrayIcon {
  switch (reason?.code) {
    case 'game-running':
    case 'pause-lease':
      return 'paused-by-game';
    case 'gpu-unavailable':
    case 'no-sandbox':
    case 'worker-fault':
      return 'error';
    case 'starting':
    case 'shutting-down':
      return 'offline';
    case 'user-paused':
    case 'gpu-too-hot':
    case 'gpu-memory-needed':
    case 'in-use':
    case 'machine-busy':
    case 'screen-recorded':
    case 'on-battery':
    case 'metered-network':
    case 'schedule':
    case 'costs-money':
    case 'no-gpu-allowed':
    case undefined:
      return 'paused';
  }
}

/**
 * The image file of a state in `assets/icons/tray`. Electron finds the `@2x` file beside a PNG by itself, and
 * macOS colours the files named `Template`.
 */
export function trayIconFile(icon: TrayIcon, platform: NodeJS.Platform, isBarDark: boolean): string {
  if (platform === 'darwin') return `${icon}-Template.png`;
  const variant = isBarDark ? 'on-dark' : 'on-light';
  return platform === 'win32' ? `${icon}-${variant}.ico` : `${icon}-${variant}.png`;
}
