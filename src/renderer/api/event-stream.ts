import { EventSourceParserStream } from 'eventsource-parser/stream';
import { type LocalEvent, localEventSchema } from '../../shared/local-api.ts';
import type { ShellEndpoint } from '../../shared/shell-contract.ts';
import { backoffMs } from './backoff.ts';

export type StreamState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live' }
  /** The agent does not answer; the next try is at `retryAt` (ms since the epoch). */
  | { readonly phase: 'offline'; readonly retryAt: number }
  /** The agent refused the token; nothing is tried again. */
  | { readonly phase: 'refused' };

export interface StreamListener {
  onState(state: StreamState): void;
  onEvent(event: LocalEvent): void;
  /** An event arrived that this page does not understand. */
  onUnknownEvent(): void;
}

/**
 * The agent's events over fetch (EventSource cannot send the token). It reconnects with backoff until it is
 * disposed of; the first reconnect is immediate and silent, so that a restart does not look like an outage.
 */
export class EventStream implements Disposable {
  readonly #endpoint: ShellEndpoint;
  readonly #fetch: typeof fetch;
  readonly #listener: StreamListener;
  readonly #stop = new AbortController();
  #wake: (() => void) | undefined;

  constructor(endpoint: ShellEndpoint, fetchLike: typeof fetch, listener: StreamListener) {
    this.#endpoint = endpoint;
    this.#fetch = fetchLike;
    this.#listener = listener;
  }

  start(): void {
    void this.#run();
  }

  /** Ends a wait for the next try. */
  retryNow(): void {
    this.#wake?.();
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#wake?.();
  }

  async #run(): Promise<void> {
    let failures = 0;
    this.#listener.onState({ phase: 'connecting' });
    while (!this.#stop.signal.aborted) {
      const outcome = await this.#follow();
      if (this.#stop.signal.aborted) return;
      if (outcome === 'refused') {
        this.#listener.onState({ phase: 'refused' });
        return;
      }
      if (outcome === 'ended') {
        failures = 0;
        this.#listener.onState({ phase: 'connecting' });
        await this.#wait(200);
        continue;
      }
      failures += 1;
      const waitMs = backoffMs(failures, Math.random());
      this.#listener.onState({ phase: 'offline', retryAt: Date.now() + waitMs });
      await this.#wait(waitMs);
    }
  }

  /** One connection, from the request to its end. */
  async #follow(): Promise<'ended' | 'failed' | 'refused'> {
    let opened = false;
    try {
      const response = await this.#fetch(`${this.#endpoint.baseUrl}/v1/events`, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${this.#endpoint.token}` },
        signal: this.#stop.signal,
        cache: 'no-store',
      });
      if (response.status === 401 || response.status === 403) return 'refused';
      if (!response.ok || response.body === null) return 'failed';
      opened = true;
      this.#listener.onState({ phase: 'live' });
      const reader = response.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream())
        .getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return 'ended';
        this.#deliver(value.event, value.data);
      }
    } catch {
      // A broken connection says nothing beyond its being broken; the state shows it.
      return opened ? 'ended' : 'failed';
    }
  }

  #deliver(event: string | undefined, data: string): void {
    const parsed = localEventSchema.safeParse({ event, data: parseJson(data) });
    if (parsed.success) this.#listener.onEvent(parsed.data);
    else this.#listener.onUnknownEvent();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      this.#wake = done;
      function done() {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No schema accepts undefined: the event counts as not understood.
    return undefined;
  }
}
