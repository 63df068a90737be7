import type { GpuDevice, GpuLimits } from '../../shared/gpu.ts';
import { HELPER_HEARTBEAT_MS, HELPER_PROTOCOL_VERSION } from '../../shared/gpu-helper-protocol.ts';
import { LimitError } from '../limits/limit-error.ts';
import type { HeldLimits } from '../limits/limit-leases.ts';
import { HelperClient } from './helper-client.ts';
import { isNothing, type LimitKeeper, notHeld } from './limit-keeper.ts';

export interface HelperKeeperOptions {
  readonly socket: string;
  /** The helper ended while it held something; everything is back by now. In words. */
  readonly dropped: (why: string) => void;
}

/** Sets limits through the privileged helper. Connected only while something is held, so that the helper can end. */
export class HelperKeeper implements LimitKeeper {
  readonly authority = 'helper';
  readonly detail = 'The privileged helper sets limits for Gata.';
  readonly #options: HelperKeeperOptions;
  readonly #abilities: ReadonlyMap<string, GpuDevice['canLimit']>;
  readonly #held = new Set<string>();
  #client: HelperClient | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  /** @throws Error when there is no helper, or none that this guard can talk with. */
  static async open(options: HelperKeeperOptions): Promise<HelperKeeper> {
    using client = await HelperClient.connect(options.socket, () => undefined);
    const answer = await client.request({ verb: 'describe' });
    if (answer.answer !== 'description' || answer.protocol !== HELPER_PROTOCOL_VERSION) {
      throw new Error('The helper is of another version of Gata; install it again.');
    }
    return new HelperKeeper(
      options,
      new Map(answer.devices.map(({ uuid, canLimit }) => [uuid, canLimit] as const)),
    );
  }

  private constructor(options: HelperKeeperOptions, abilities: ReadonlyMap<string, GpuDevice['canLimit']>) {
    this.#options = options;
    this.#abilities = abilities;
  }

  canLimit(uuid: string): GpuDevice['canLimit'] {
    return this.#abilities.get(uuid) ?? { power: false, acoustic: false };
  }

  async hold(uuid: string, limits: GpuLimits): Promise<HeldLimits> {
    if (isNothing(limits) && this.#client === undefined) return notHeld(uuid, null);
    try {
      const client = await this.#connected();
      const answer = await client.request({ verb: 'hold', uuid, limits });
      if (answer.answer !== 'held')
        throw new LimitError('failed', 'The helper gave another answer than asked for.');
      if (isNothing(limits)) this.#held.delete(uuid);
      else this.#held.add(uuid);
      return { uuid, limits: answer.limits, foreign: answer.foreign, problem: null };
    } catch (thrown) {
      return notHeld(uuid, LimitError.from(thrown).message);
    } finally {
      if (this.#held.size === 0) this.#disconnect();
    }
  }

  async release(): Promise<string | null> {
    const client = this.#client;
    if (client === undefined) return null;
    this.#held.clear();
    try {
      await client.request({ verb: 'release' });
      return null;
    } catch (thrown) {
      return LimitError.from(thrown).message;
    } finally {
      // The end of the connection releases as well.
      this.#disconnect();
    }
  }

  renew(): void {
    // The helper is told by a heartbeat of its own: what the agent's silence means, the guard decides.
  }

  [Symbol.dispose](): void {
    this.#disconnect();
  }

  async #connected(): Promise<HelperClient> {
    if (this.#client !== undefined) return this.#client;
    const client = await HelperClient.connect(this.#options.socket, (why) => this.#drop(why));
    this.#client = client;
    this.#heartbeat = setInterval(() => {
      client
        .request({ verb: 'renew' })
        .catch((thrown: unknown) => this.#drop(LimitError.from(thrown).message));
    }, HELPER_HEARTBEAT_MS);
    return client;
  }

  #drop(why: string): void {
    const wasHolding = this.#held.size > 0;
    this.#disconnect();
    if (wasHolding) this.#options.dropped(why);
  }

  #disconnect(): void {
    clearInterval(this.#heartbeat);
    this.#held.clear();
    const client = this.#client;
    this.#client = undefined;
    client?.[Symbol.dispose]();
  }
}
