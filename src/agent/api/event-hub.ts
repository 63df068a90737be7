import type { ServerResponse } from 'node:http';
import type { GamePause } from '../../shared/game-pause.ts';
import type { JobView, LocalEvent, ModelView, TokenScope } from '../../shared/local-api.ts';
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
  | 'policy'
  | 'compute'
  | 'settings'
  | 'games'
  | 'pauses'
  | 'gpus'
  | 'models'
  | 'notices'
  | 'status'
  | 'walletOverview'
>;

/** Tells the connected clients, by server-sent events, of everything that changes. */
export class EventHub implements Disposable {
  readonly #sources: EventSources;
  readonly #clients = new Set<ServerResponse>();
  /** Of these, those with the `ui` token: only they see the wallet. */
  readonly #owners = new Set<ServerResponse>();
  /** Never in the turn of a change: a halt in progress comes first. */
  readonly #status = new ThrottledCall(UPDATE_INTERVAL_MS, () =>
    this.#broadcast(formatEvent({ event: 'status', data: this.#sources.status.current() })),
  );
  readonly #gpus = new ThrottledCall(UPDATE_INTERVAL_MS, () =>
    this.#broadcast(formatEvent({ event: 'gpus', data: this.#sources.gpus.page() })),
  );
  readonly #wallet = new ThrottledCall(UPDATE_INTERVAL_MS, () =>
    this.#broadcast(this.#walletEvent(), this.#owners),
  );
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(sources: EventSources) {
    this.#sources = sources;
  }

  /** Adds a client whose response head has been written, and sends it the status, and an owner the wallet. */
  add(client: ServerResponse, scope: TokenScope): void {
    if (this.#clients.size === 0) this.#subscribe();
    this.#clients.add(client);
    client.on('close', () => this.#remove(client));
    client.on('error', () => client.destroy());
    this.#send(client, formatEvent({ event: 'status', data: this.#sources.status.current() }));
    if (scope !== 'ui') return;
    if (this.#owners.size === 0) this.#sources.walletOverview.on('change', this.#onWalletChange);
    this.#owners.add(client);
    this.#send(client, this.#walletEvent());
    this.#sources.walletOverview.setWatched(true);
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
    if (this.#owners.delete(client) && this.#owners.size === 0) this.#unsubscribeWallet();
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

  #unsubscribeWallet(): void {
    this.#sources.walletOverview.off('change', this.#onWalletChange);
    this.#sources.walletOverview.setWatched(false);
    this.#wallet[Symbol.dispose]();
  }

  #walletEvent(): string {
    return formatEvent({ event: 'wallet', data: this.#sources.walletOverview.current() });
  }

  readonly #onWalletChange = (): void => this.#wallet.ask();

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

  #broadcast(text: string, clients: ReadonlySet<ServerResponse> = this.#clients): void {
    for (const client of clients) this.#send(client, text);
  }

  #send(client: ServerResponse, text: string): void {
    if (client.writableLength > BACKLOG_BYTES_LIMIT) client.destroy();
    else client.write(text);
  }
}

function formatEvent({ event, data }: LocalEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
