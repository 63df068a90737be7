import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { GataError } from '../shared/gata-error.ts';
import type { Status } from '../shared/local-api.ts';
import type { Settings } from '../shared/settings.ts';
import type { ShellEndpoint } from '../shared/shell-contract.ts';
import type { WalletOverview } from '../shared/wallet-overview.ts';
import type { AgentClient } from './agent-client.ts';
import type { AgentView } from './agent-view.ts';

/** What the link needs of an AgentProcess. */
export interface AgentSource {
  connect(signal: AbortSignal): Promise<AgentClient>;
  stop(): Promise<void>;
}

export interface AgentLinkEvents {
  view: [AgentView];
  endpoint: [ShellEndpoint | null];
  settings: [Settings];
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 30_000;
/** A connection that held this long counts as a success. */
const STABLE_MS = 30_000;

/** The wait before try number `failures` + 1, doubling up to half a minute. */
export function reconnectDelayMs(failures: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1), LONGEST_DELAY_MS);
}

/** Keeps the shell connected to an agent, which is started again with growing delays when it dies. */
export class AgentLink extends EventEmitter<AgentLinkEvents> {
  readonly #source: AgentSource;
  readonly #log: Logger;
  #run: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  #client: AgentClient | undefined;
  #view: AgentView = { kind: 'starting' };

  constructor(source: AgentSource, log: Logger) {
    super();
    this.#source = source;
    this.#log = log;
  }

  get view(): AgentView {
    return this.#view;
  }

  /** Undefined while no agent is connected. */
  get client(): AgentClient | undefined {
    return this.#client;
  }

  /** Begins to follow the agent; does nothing when it does already. */
  start(): void {
    if (this.#run !== undefined) return;
    const abort = new AbortController();
    this.#run = { abort, ended: this.#follow(abort.signal) };
  }

  /** Stops following, and ends the agent if a shell started it. `start` may follow. */
  async stop(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    run?.abort.abort();
    await run?.ended;
    await this.#source.stop();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let connectedAt = Number.POSITIVE_INFINITY;
      try {
        const client = await this.#source.connect(signal);
        connectedAt = Date.now();
        await this.#listen(client, signal);
        if (!signal.aborted) this.#show({ kind: 'starting' });
      } catch (error) {
        if (!signal.aborted) {
          this.#log.warn({ err: error }, 'the agent is not connected');
          this.#show({ kind: 'unreachable', message: GataError.from(error).message });
        }
      }
      this.#connectTo(undefined);
      failures = Date.now() - connectedAt >= STABLE_MS ? 1 : failures + 1;
      // Rejects only because it is aborted, which ends the loop.
      await delay(reconnectDelayMs(failures), undefined, { signal }).catch(() => {});
    }
  }

  async #listen(client: AgentClient, signal: AbortSignal): Promise<void> {
    this.emit('settings', await client.settings(signal));
    this.#connectTo(client);
    let wallet: WalletOverview | undefined;
    let status: Status | undefined;
    // The first event is the status as it is.
    for await (const event of client.events(signal)) {
      if (event.event === 'status') status = event.data;
      if (event.event === 'wallet') wallet = event.data;
      if ((event.event === 'status' || event.event === 'wallet') && status !== undefined)
        this.#show({ kind: 'connected', status, wallet });
      if (event.event === 'settings') this.emit('settings', event.data);
    }
  }

  #connectTo(client: AgentClient | undefined): void {
    if (this.#client === client) return;
    this.#client = client;
    this.emit('endpoint', client?.endpoint ?? null);
  }

  #show(view: AgentView): void {
    this.#view = view;
    this.emit('view', view);
  }
}
