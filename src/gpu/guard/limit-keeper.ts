import type { GpuDevice, GpuLimits } from '../../shared/gpu.ts';
import type { LimitAuthority } from '../../shared/gpu-guard-protocol.ts';
import type { HeldLimits } from '../limits/limit-leases.ts';

/** Who sets limits for this guard, as far as anybody may. */
export interface LimitKeeper extends Disposable {
  readonly authority: LimitAuthority;
  /** Why there is no more authority, in words. */
  readonly detail: string;
  canLimit(uuid: string): GpuDevice['canLimit'];
  /** All that is to be held on a card. Never rejects: why something is not held is said in the result. */
  hold(uuid: string, limits: GpuLimits): Promise<HeldLimits>;
  /** Puts every limit back. Returns what is not back yet, in words. */
  release(): Promise<string | null>;
  /** The agent is there. */
  renew(): void;
}

/** A card on which nothing is held, and why. */
export function notHeld(uuid: string, problem: string | null): HeldLimits {
  return {
    uuid,
    limits: { powerLimitMilliwatts: null, acousticThresholdC: null },
    foreign: false,
    problem,
  };
}

export function isNothing(limits: GpuLimits): boolean {
  return limits.powerLimitMilliwatts === null && limits.acousticThresholdC === null;
}
