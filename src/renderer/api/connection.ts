import type { LocalEvent } from '../../shared/local-api.ts';
import type { ShellEndpoint } from '../../shared/shell-contract.ts';
import { ApiClient } from './api-client.ts';
import type { EndpointSource } from './endpoint-source.ts';
import { EventStream } from './event-stream.ts';

export type ConnectionState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live' }
  /** `retryAt` is null in the desktop window while the shell knows no agent: it tells when there is one. */
  | { readonly phase: 'offline'; readonly retryAt: number | null }
  | { readonly phase: 'no-token' }
  | { readonly phase: 'refused' };

export interface ConnectionSnapshot {
  readonly state: ConnectionState;
  /** Undefined until an endpoint is known. */
  readonly client: ApiClient | undefined;
  /** Something arrived that this page does not understand: it is of another version than the agent. */
  readonly outOfDate: boolean;
}

export interface ConnectionListener {
  /** A connection was made, the first or a later one: what was fetched before may be old. */
  onLive(): void;
  onEvent(event: LocalEvent): void;
}

/** The page's tie to the agent: follows the endpoint, holds the event stream, tells how it goes. */
export class Connection implements Disposable {
  readonly #source: EndpointSource;
  readonly #fetch: typeof fetch;
  readonly #listener: ConnectionListener;
  readonly #subscribers = new Set<() => void>();
  #snapshot: ConnectionSnapshot = { state: { phase: 'connecting' }, client: undefined, outOfDate: false };
  #stream: EventStream | undefined;
  #endSource: (() => void) | undefined;

  constructor(source: EndpointSource, fetchLike: typeof fetch, listener: ConnectionListener) {
    this.#source = source;
    this.#fetch = fetchLike;
    this.#listener = listener;
  }

  async start(): Promise<void> {
    this.#endSource = this.#source.onChange((endpoint) => this.#use(endpoint));
    this.#use(await this.#source.current());
  }

  readonly snapshot = (): ConnectionSnapshot => this.#snapshot;

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  };

  retryNow(): void {
    this.#stream?.retryNow();
  }

  [Symbol.dispose](): void {
    this.#endSource?.();
    this.#stream?.[Symbol.dispose]();
  }

  #use(endpoint: ShellEndpoint | null): void {
    this.#stream?.[Symbol.dispose]();
    this.#stream = undefined;
    if (endpoint === null) {
      const offline = this.#source.kind === 'desktop';
      this.#set({ state: offline ? { phase: 'offline', retryAt: null } : { phase: 'no-token' } });
      return;
    }
    this.#set({ client: new ApiClient(endpoint, this.#fetch), outOfDate: false });
    this.#stream = new EventStream(endpoint, this.#fetch, {
      onState: (state) => {
        if (state.phase === 'refused') this.#source.forget();
        this.#set({ state });
        if (state.phase === 'live') this.#listener.onLive();
      },
      onEvent: (event) => this.#listener.onEvent(event),
      onUnknownEvent: () => this.#set({ outOfDate: true }),
    });
    this.#stream.start();
  }

  #set(change: Partial<ConnectionSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const subscriber of this.#subscribers) subscriber();
  }
}
