import type { GpuDevice, GpuLimits } from '../../shared/gpu.ts';
import { LimitError } from '../limits/limit-error.ts';
import type { HeldLimits, LimitLeases } from '../limits/limit-leases.ts';
import { type LimitKeeper, notHeld } from './limit-keeper.ts';

/** The only owner of this guard's leases. */
const OWNER = 'agent';

/** Sets limits with the guard's own rights. */
export class DirectKeeper implements LimitKeeper {
  readonly authority = 'direct';
  readonly detail: string;
  readonly #leases: LimitLeases;
  readonly #abilities: ReadonlyMap<string, GpuDevice['canLimit']>;

  constructor(leases: LimitLeases, abilities: ReadonlyMap<string, GpuDevice['canLimit']>, detail: string) {
    this.#leases = leases;
    this.#abilities = abilities;
    this.detail = detail;
  }

  canLimit(uuid: string): GpuDevice['canLimit'] {
    return this.#abilities.get(uuid) ?? { power: false, acoustic: false };
  }

  async hold(uuid: string, limits: GpuLimits): Promise<HeldLimits> {
    try {
      return this.#leases.hold(OWNER, uuid, limits);
    } catch (thrown) {
      return notHeld(uuid, LimitError.from(thrown).message);
    }
  }

  async release(): Promise<string | null> {
    return this.#leases.release(OWNER);
  }

  renew(): void {
    this.#leases.renew(OWNER);
  }

  [Symbol.dispose](): void {
    this.#leases.release(OWNER);
  }
}
