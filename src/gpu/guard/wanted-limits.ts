import { type GpuLimits, type GpuSample, NO_GPU_LIMITS } from '../../shared/gpu.ts';
import type { FromGuard } from '../../shared/gpu-guard-protocol.ts';
import type { HeldLimits } from '../limits/limit-leases.ts';
import { isNothing, type LimitKeeper, notHeld } from './limit-keeper.ts';

/**
 * What the agent wants to be held, which outlives the driver, the helper and the agent's silence: whenever one of
 * them is back, everything is held again. Requests are done one after the other.
 */
export class WantedLimits implements Disposable {
  readonly #send: (message: FromGuard) => void;
  readonly #wanted = new Map<string, GpuLimits>();
  /** What the agent was last told of each card. */
  readonly #told = new Map<string, HeldLimits>();
  readonly #unmet = new Set<string>();
  #isBusy = false;
  #keeper: LimitKeeper | null = null;
  /** Why nothing is held at the moment, in words; null: there is somebody to hold it. */
  #obstacle: string | null = 'The graphics driver is not open yet.';
  #last: Promise<unknown> = Promise.resolve();

  constructor(send: (message: FromGuard) => void) {
    this.#send = send;
  }

  get isEmpty(): boolean {
    return this.#wanted.size === 0;
  }

  /** From now on this one, which is disposed in the end, holds; what is wanted is held again. */
  use(keeper: LimitKeeper): Promise<void> {
    const former = this.#keeper;
    this.#keeper = keeper;
    void this.#inTurn(async () => {
      await former?.release();
      former?.[Symbol.dispose]();
    });
    return this.resume();
  }

  /** The agent is there. */
  renew(): void {
    this.#keeper?.renew();
  }

  /** The agent wants this; it is told what came of it. */
  hold(uuid: string, limits: GpuLimits): Promise<void> {
    if (isNothing(limits)) this.#wanted.delete(uuid);
    else this.#wanted.set(uuid, limits);
    return this.#inTurn(async () => this.#tell(await this.#apply(uuid)));
  }

  /** The agent wants nothing any more, and is told whether everything is back. */
  release(): Promise<void> {
    this.#wanted.clear();
    this.#unmet.clear();
    return this.#inTurn(async () => {
      const problem = (await this.#keeper?.release()) ?? null;
      this.#told.clear();
      this.#send({ type: 'released', problem });
    });
  }

  /** Puts everything back; nobody is left to be told. */
  end(): Promise<void> {
    this.#wanted.clear();
    return this.#inTurn(async () => void (await this.#keeper?.release()));
  }

  /** Puts everything back, though it is still wanted, until `resume` or `use`. */
  suspend(obstacle: string): Promise<void> {
    this.#obstacle = obstacle;
    return this.#inTurn(async () => {
      await this.#keeper?.release();
      for (const uuid of this.#wanted.keys()) this.#tellNews(notHeld(uuid, obstacle));
    });
  }

  /** The driver is gone, and the keeper with it. */
  loseKeeper(obstacle: string): void {
    this.#keeper?.[Symbol.dispose]();
    this.#keeper = null;
    this.#obstacle = obstacle;
    for (const uuid of this.#wanted.keys()) this.#tellNews(notHeld(uuid, obstacle));
  }

  /** Holds again what is wanted. */
  resume(): Promise<void> {
    if (this.#keeper !== null) this.#obstacle = null;
    return this.#applyAll([...this.#wanted.keys()]);
  }

  /** Everything was put back by somebody else, such as a helper that ended: holds it again. */
  startOver(why: string): Promise<void> {
    for (const uuid of this.#wanted.keys()) this.#tellNews(notHeld(uuid, why));
    return this.resume();
  }

  /** Tries again what could not be held. */
  retry(): Promise<void> {
    return this.#inBackground([...this.#unmet]);
  }

  /** The keeper noticed a change by itself. */
  report(held: HeldLimits): void {
    if (this.#wanted.has(held.uuid)) this.#tellNews(held);
  }

  /** Where a card reads another limit than is held, the keeper is asked to look: another program changed it. */
  async compare(samples: readonly GpuSample[]): Promise<void> {
    const changed = samples.filter(({ uuid, powerLimitMilliwatts, acousticThresholdC }) => {
      const limits = this.#told.get(uuid)?.limits ?? NO_GPU_LIMITS;
      return (
        differs(limits.powerLimitMilliwatts, powerLimitMilliwatts) ||
        differs(limits.acousticThresholdC, acousticThresholdC)
      );
    });
    await this.#inBackground(changed.map(({ uuid }) => uuid));
  }

  [Symbol.dispose](): void {
    this.#keeper?.[Symbol.dispose]();
    this.#keeper = null;
  }

  /** Unless such a thing is under way: a helper that does not answer would make them pile up. */
  async #inBackground(uuids: readonly string[]): Promise<void> {
    if (this.#isBusy || uuids.length === 0) return;
    this.#isBusy = true;
    await this.#applyAll(uuids);
    this.#isBusy = false;
  }

  #applyAll(uuids: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const uuid of uuids) {
        if (this.#wanted.has(uuid)) this.#tellNews(await this.#apply(uuid));
      }
    });
  }

  async #apply(uuid: string): Promise<HeldLimits> {
    const limits = this.#wanted.get(uuid) ?? NO_GPU_LIMITS;
    const held =
      this.#keeper === null || this.#obstacle !== null
        ? notHeld(uuid, isNothing(limits) ? null : this.#obstacle)
        : await this.#keeper.hold(uuid, limits);
    if (held.problem !== null && this.#wanted.has(uuid)) this.#unmet.add(uuid);
    else this.#unmet.delete(uuid);
    return held;
  }

  #tellNews(held: HeldLimits): void {
    const told = this.#told.get(held.uuid);
    if (told === undefined || JSON.stringify(told) !== JSON.stringify(held)) this.#tell(held);
  }

  #tell(held: HeldLimits): void {
    this.#told.set(held.uuid, held);
    const { uuid, limits, problem, foreign } = held;
    this.#send({ type: 'held', uuid, limits, problem, foreign });
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#last.then(act);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function differs(held: number | null, present: number | null): boolean {
  return held !== null && present !== null && held !== present;
}
