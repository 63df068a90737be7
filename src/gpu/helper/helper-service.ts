import { setInterval } from 'node:timers/promises';
import type { Clock } from '../../shared/clock.ts';
import type { HelperLimits } from './helper-limits.ts';
import type { HelperServer } from './helper-server.ts';

const CHECK_MS = 1000;

export interface HelperServiceOptions {
  readonly limits: HelperLimits;
  readonly server: HelperServer;
  readonly clock: Clock;
  /** How long nobody need be connected for the helper to end; null: it stays. */
  readonly idleSeconds: number | null;
  /** Somebody wants the helper to end. */
  readonly signal: AbortSignal;
}

/**
 * Keeps leases and retries going until it is told to end, or until nobody needs the helper: no root process lies
 * around. What could not be put back yet is such a need.
 */
export async function serveUntilIdle(options: HelperServiceOptions): Promise<'idle' | 'told'> {
  const { limits, server, clock, idleSeconds, signal } = options;
  let neededAtMs = clock.now().getTime();
  try {
    for await (const _ of setInterval(CHECK_MS, undefined, { signal })) {
      limits.check();
      const nowMs = clock.now().getTime();
      if (server.connections > 0 || limits.isRestoring) neededAtMs = nowMs;
      if (idleSeconds !== null && nowMs - neededAtMs >= idleSeconds * 1000) return 'idle';
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return 'told';
}
