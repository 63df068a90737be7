import { type Agent, RefusedError } from './agent.ts';

export interface Pause {
  readonly id: string;
  readonly title: string;
  readonly ttlSeconds: number;
}

/** Keeps compute paused: renewed three times in its time, and ended by `release`, by its process or by its time. */
export class PauseLease {
  readonly #agent: Agent;
  readonly #pause: Pause;
  readonly #renewed: () => void;
  #pid: number;
  #timer: NodeJS.Timeout | undefined;

  private constructor(agent: Agent, pause: Pause, renewed: () => void) {
    this.#agent = agent;
    this.#pause = pause;
    this.#renewed = renewed;
    this.#pid = process.pid;
  }

  /** When this resolves no job runs any more and the graphics card is free. */
  static async take(agent: Agent, pause: Pause, renewed: () => void): Promise<PauseLease> {
    const lease = new PauseLease(agent, pause, renewed);
    await lease.#put();
    lease.#timer = setInterval(() => void lease.#renew(), (pause.ttlSeconds * 1000) / 3);
    return lease;
  }

  /** From now on it lives as long as this process: the launcher may close. */
  async handTo(pid: number): Promise<void> {
    this.#pid = pid;
    try {
      await this.#put();
    } catch (error) {
      // The process has ended already, and `release` comes next.
      if (!(error instanceof RefusedError && error.status === 400)) throw error;
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.#agent.request('DELETE', this.#path);
    } catch (error) {
      // It has ended already.
      if (!(error instanceof RefusedError && error.status === 404)) throw error;
    }
  }

  get #path(): string {
    return `/v1/pause-leases/${this.#pause.id}`;
  }

  async #put(): Promise<void> {
    const { title, ttlSeconds } = this.#pause;
    const body = { reason: 'Starting a game', title, pid: this.#pid, ttlSeconds };
    await this.#agent.request('PUT', this.#path, body);
  }

  async #renew(): Promise<void> {
    try {
      await this.#put();
      this.#renewed();
    } catch (error) {
      // The agent may be restarting; the next turn comes well before the lease's end.
      process.stderr.write(`${String(error)}\n`);
    }
  }
}
