import type { GpuDevice, GpuLimits } from '../../shared/gpu.ts';
import type { HeldLimits } from '../limits/limit-leases.ts';
import { isNothing, type LimitKeeper, notHeld } from './limit-keeper.ts';

/** Nobody sets limits. */
export class PowerlessKeeper implements LimitKeeper {
  readonly authority = 'none';
  readonly detail: string;
  /** There is a helper, and it may answer later: one that systemd starts on demand takes its time on a busy machine. */
  readonly isForNow: boolean;

  constructor(detail: string, isForNow: boolean) {
    this.detail = detail;
    this.isForNow = isForNow;
  }

  canLimit(): GpuDevice['canLimit'] {
    return { power: false, acoustic: false };
  }

  async hold(uuid: string, limits: GpuLimits): Promise<HeldLimits> {
    return notHeld(uuid, isNothing(limits) ? null : this.detail);
  }

  async release(): Promise<string | null> {
    return null;
  }

  renew(): void {
    // There is no lease to renew.
  }

  [Symbol.dispose](): void {
    // Nothing is open.
  }
}
