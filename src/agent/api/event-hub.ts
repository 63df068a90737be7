import type { ServerResponse } from 'node:http';
import type { GamePause } from '../../shared/game-pause.ts';
import type { JobView, LocalEvent, ModelView } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ApiParts } from './api-parts.ts';
import { ThrottledCall } from './throttled-call.ts';

/** A dashboard is not served better by more, and a fast generation changes the status at every token. */
const UPDATE_INTERVAL_MS = 250;
/** Keeps proxies and clients from taking silence for a dead connection. */
const HEARTBEAT_MS = 15_000;
/** A client that lets more than this pile up is cut off; it gets a fresh status when it comes back. */
const BACKLOG_BYTES_LIMIT = 1024 * 1024;

type EventSources = Pick<
  ApiParts,
  'policy' | 'compute' | 'settings' | 'games' | 'pauses' | 'gpus' | 'models' | 'notices' | 'status'
>;

/** Tells the connected clients, by server-sent events, of everything that changes. */
export class EventHub implements Disposable {
  readonly #sources: EventSources;
  readonly #clients = new Set<ServerResponse>();
  /** Never in the turn of a change: a halt in progress comes first. */
  readonly #status = new ThrottledCall(UPDATE_INTERVAL_MS, () =>
    this.#broadcast(formatEvent({ event: 'status', data: this.#sources.status.current() })),
  );
  readonly #gpus = new ThrottledCall(UPDATE_INTERVAL_MS, () =>
    this.#broadcast(formatEvent({ event: 'gpus', data: this.#sources.gpus.page() })),
  );
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(sources: EventSources) {
    this.#sources = sources;
  }

  /** Adds a client whose response head has been written, and sends it the status. */
  add(client: ServerResponse): void {
    if (this.#clients.size === 0) this.#subscribe();
    this.#clients.add(client);
    client.on('close', () => this.#remove(client));
    client.on('error', () => client.destroy());
    this.#send(client, formatEvent({ event: 'status', data: this.#sources.status.current() }));
  }

  /** Ends every connection. */
  [Symbol.dispose](): void {
    for (const client of this.#clients) {
      client.end();
      this.#remove(client);
    }
    this.#unsubscribe();
  }

  #remove(client: ServerResponse): void {
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.#unsubscribe();
  }

  #subscribe(): void {
    const { policy, compute, settings, games, pauses, gpus, models, notices } = this.#sources;
    policy.on('change', this.#onStatusChange);
    compute.on('change', this.#onStatusChange);
    games.on('change', this.#onStatusChange);
    pauses.on('pause', this.#onPause);
    gpus.on('change', this.#onGpusChange);
    notices.on('change', this.#onStatusChange);
    compute.on('job', this.#onJob);
    settings.on('change', this.#onSettings);
    models.on('model', this.#onModel);
    this.#heartbeat = setInterval(() => this.#broadcast(': still here\n\n'), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  #unsubscribe(): void {
    const { policy, compute, settings, games, pauses, gpus, models, notices } = this.#sources;
    policy.off('change', this.#onStatusChange);
    compute.off('change', this.#onStatusChange);
    games.off('change', this.#onStatusChange);
    pauses.off('pause', this.#onPause);
    gpus.off('change', this.#onGpusChange);
    notices.off('change', this.#onStatusChange);
    compute.off('job', this.#onJob);
    settings.off('change', this.#onSettings);
    models.off('model', this.#onModel);
    clearInterval(this.#heartbeat);
    this.#status[Symbol.dispose]();
    this.#gpus[Symbol.dispose]();
  }

  readonly #onStatusChange = (): void => this.#status.ask();

  readonly #onGpusChange = (): void => this.#gpus.ask();

  readonly #onJob = (job: JobView): void => {
    this.#broadcast(formatEvent({ event: 'job', data: job }));
  };

  readonly #onSettings = (settings: Settings): void => {
    this.#broadcast(formatEvent({ event: 'settings', data: settings }));
  };

  readonly #onModel = (model: ModelView): void => {
    this.#broadcast(formatEvent({ event: 'model', data: model }));
  };

  readonly #onPause = (pause: GamePause): void => {
    this.#broadcast(formatEvent({ event: 'game-pause', data: pause }));
  };

  #broadcast(text: string): void {
    for (const client of this.#clients) this.#send(client, text);
  }

  #send(client: ServerResponse, text: string): void {
    if (client.writableLength > BACKLOG_BYTES_LIMIT) client.destroy();
    else client.write(text);
  }
}

function formatEvent({ event, data }: LocalEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
