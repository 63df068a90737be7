import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { ErrorCode } from '../../src/shared/error-codes.ts';
import type { GamePause } from '../../src/shared/game-pause.ts';
import { GataError } from '../../src/shared/gata-error.ts';
import {
  addModelRequestSchema,
  type EnergyPage,
  energyPageSchema,
  energyQuerySchema,
  type GamesPage,
  type GpuHistory,
  type GpusPage,
  gameChoiceRequestSchema,
  gamesPageSchema,
  gpuHistoryQuerySchema,
  gpuHistorySchema,
  gpusPageSchema,
  type JobView,
  jobsPageSchema,
  jobsQuerySchema,
  jobViewSchema,
  type LocalEvent,
  localEventSchema,
  type ModelView,
  modelsPageSchema,
  pauseRequestSchema,
  type Status,
  statusSchema,
} from '../../src/shared/local-api.ts';
import {
  DEFAULT_SETTINGS,
  type Settings,
  settingsPatchSchema,
  settingsSchema,
} from '../../src/shared/settings.ts';
import { readyState } from './dashboard-fixtures.ts';
import { energyPage, gpuHistory, gpusPage } from './dashboard-gpu-fixtures.ts';
import { DashboardProviders } from './dashboard-providers.ts';
import { DashboardWallet } from './dashboard-wallet.ts';

const RENDERER_FOLDER = path.resolve(import.meta.dirname, '../../out/renderer');
const TOKEN = 'dashboard-test-token';
/** The agent's own, word for word. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self';connect-src 'self';img-src 'self' data:;object-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Serves the built dashboard and an API whose every answer and event a test decides, so that each state of the
 * screens can be reached. All that it sends is checked against the shared schemas.
 */
export class DashboardAgent implements AsyncDisposable {
  status: Status = readyState();
  settings: Settings = structuredClone(DEFAULT_SETTINGS);
  jobs: JobView[] = [];
  models: ModelView[] = [];
  readonly providers = new DashboardProviders();
  games: GamesPage = {
    running: [],
    installed: [],
    scanning: false,
    refusedFolders: [],
    include: [],
    exclude: [],
    pauses: [],
  };
  gpus: GpusPage = gpusPage();
  /** By the card's UUID; one that is not here has no past. */
  histories: Record<string, GpuHistory> = {};
  energy: EnergyPage = energyPage();
  readonly wallet = new DashboardWallet((event) => this.emit(event));
  token = TOKEN;
  /** `METHOD /path` of every API call, and the body of those that have one. */
  readonly calls: { readonly call: string; readonly body: unknown }[] = [];
  readonly #failures = new Map<string, ErrorCode | 'silence'>();
  readonly #streams = new Set<ServerResponse>();
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<DashboardAgent> {
    if (!existsSync(path.join(RENDERER_FOLDER, 'index.html')))
      throw new Error('The dashboard is not built: run npm run build -- renderer.');
    const agent = new DashboardAgent();
    await agent.listen();
    return agent;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** With the token, as `gata open` opens it. */
  get url(): string {
    return `${this.origin}/#token=${this.token}`;
  }

  /** Starts, or starts again on the same port. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#handle(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Goes away, as a killed agent does: every connection breaks. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#streams.clear();
    if (server === undefined) return;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** From now on calls that start with this (`GET /v1/jobs`) fail with the code, or are never answered. */
  fail(call: string, how: ErrorCode | 'silence'): void {
    this.#failures.set(call, how);
  }

  succeed(call: string): void {
    this.#failures.delete(call);
  }

  /** Changes the status and tells the page. */
  show(status: Status): void {
    this.status = status;
    this.emit({ event: 'status', data: status });
  }

  /** Adds the job, newest first, or replaces the one with its id, and tells the page. */
  putJob(job: JobView): void {
    this.jobs = [job, ...this.jobs.filter((other) => other.id !== job.id)].sort((a, b) =>
      b.acceptedAt.localeCompare(a.acceptedAt),
    );
    this.emit({ event: 'job', data: job });
  }

  putModel(model: ModelView): void {
    this.models = [...this.models.filter((other) => other.digest !== model.digest), model];
    this.emit({ event: 'model', data: model });
  }

  /** Changes the cards and tells the page, as the agent does at each reading. */
  showGpus(page: GpusPage): void {
    this.gpus = page;
    this.emit({ event: 'gpus', data: page });
  }

  /** Adds the pause, newest first, or replaces the one with its id, and tells the page. */
  putPause(pause: GamePause): void {
    const others = this.games.pauses.filter(({ id }) => id !== pause.id);
    this.games = { ...this.games, pauses: [pause, ...others] };
    this.emit({ event: 'game-pause', data: pause });
  }

  emit(event: LocalEvent): void {
    const { event: name, data } = localEventSchema.parse(event);
    this.emitRaw(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  emitRaw(text: string): void {
    for (const stream of this.#streams) stream.write(text);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    if (!url.pathname.startsWith('/v1/')) {
      serveFile(url.pathname, response);
      return;
    }
    const call = `${request.method} ${url.pathname}`;
    const body = await readJson(request);
    this.calls.push({ call: `${call}${url.search}`, body });
    const failure = [...this.#failures].find(([start]) => call.startsWith(start))?.[1];
    if (failure === 'silence') return;
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      send(response, refusal('unauthorized'));
    } else if (failure !== undefined) {
      send(response, refusal(failure));
    } else if (call === 'GET /v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      response.write(`event: status\ndata: ${JSON.stringify(this.status)}\n\n`);
    } else {
      send(response, (await this.#walletReply(call, body)) ?? this.#answer(call, url, body));
    }
  }

  async #walletReply(call: string, body: unknown): Promise<Reply | undefined> {
    try {
      const answer = await this.wallet.answer(call, body);
      return answer === undefined ? undefined : { status: 200, body: answer };
    } catch (error) {
      if (error instanceof GataError) return { status: error.status, body: error.toBody() };
      throw error;
    }
  }

  #answer(call: string, url: URL, body: unknown): Reply {
    const ok = (value: unknown): Reply => ({ status: 200, body: value });
    const nothing: Reply = { status: 204, body: undefined };
    const id = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
    if (call === 'GET /v1/status') return ok(statusSchema.parse(this.status));
    if (call === 'GET /v1/settings') return ok(settingsSchema.parse(this.settings));
    if (call === 'GET /v1/models') return ok(modelsPageSchema.parse({ models: this.models }));
    if (call === 'GET /v1/games') return ok(gamesPageSchema.parse(this.games));
    if (call === 'PUT /v1/games/choices') return ok(this.#choose(body));
    if (call === 'POST /v1/games/rescan') return ok(gamesPageSchema.parse(this.games));
    if (call === 'GET /v1/jobs') return ok(this.#page(url));
    if (call.startsWith('GET /v1/jobs/')) {
      const job = this.jobs.find((candidate) => candidate.id === id);
      return job === undefined ? refusal('not-found') : ok(jobViewSchema.parse(job));
    }
    if (call === 'POST /v1/pause') {
      pauseRequestSchema.parse(body);
      return ok(this.status);
    }
    if (call === 'POST /v1/resume') return ok(this.status);
    if (call === 'PATCH /v1/settings') return ok(this.#change(body));
    if (call === 'GET /v1/gpus') return ok(gpusPageSchema.parse(this.gpus));
    if (/^GET \/v1\/gpus\/[^/]+\/history$/.test(call)) {
      const uuid = decodeURIComponent(url.pathname.split('/').at(-2) ?? '');
      gpuHistoryQuerySchema.parse(Object.fromEntries(url.searchParams));
      return ok(gpuHistorySchema.parse(this.histories[uuid] ?? gpuHistory({ uuid, readings: 0 })));
    }
    if (call === 'GET /v1/energy') {
      const { days } = energyQuerySchema.parse(Object.fromEntries(url.searchParams));
      return ok(energyPageSchema.parse({ ...this.energy, days: this.energy.days.slice(0, days) }));
    }
    if (call === 'POST /v1/gpu-helper') return ok(this.#setHelper('installed'));
    if (call === 'DELETE /v1/gpu-helper') return ok(this.#setHelper('not-installed'));
    if (call === 'POST /v1/models') {
      addModelRequestSchema.parse(body);
      return ok(this.models[0]);
    }
    const permission = /^(PUT|DELETE) \/v1\/models\/([0-9a-f]{64})\/permission$/.exec(call);
    if (permission !== null) {
      const state = permission[1] === 'PUT' ? 'allowed' : 'unasked';
      const model = this.models.find(({ digest }) => digest === permission[2]);
      if (model === undefined) return refusal('not-found');
      this.putModel({ ...model, trust: { state, keyId: null, detail: null } });
      return ok(model);
    }
    if (call.startsWith('DELETE /v1/models/')) {
      this.models = this.models.filter((model) => model.digest !== id);
      return nothing;
    }
    if (call.startsWith('DELETE /v1/notices/')) {
      this.show({ ...this.status, notices: this.status.notices.filter((notice) => notice.id !== id) });
      return nothing;
    }
    if (call.startsWith('DELETE /v1/quarantine/')) {
      const quarantinedModels = this.status.quarantinedModels.filter((model) => model.digest !== id);
      this.show({ ...this.status, quarantinedModels });
      return nothing;
    }
    return this.providers.answer(call, body) ?? refusal('not-found');
  }

  #page(url: URL) {
    const query = jobsQuerySchema.parse(Object.fromEntries(url.searchParams));
    const matching = this.jobs.filter(
      (job) =>
        (query.state === undefined || job.state === query.state) &&
        (query.kind === undefined || job.kind === query.kind),
    );
    const start = query.before === undefined ? 0 : matching.findIndex((job) => job.id === query.before) + 1;
    const jobs = matching.slice(start, start + query.limit);
    return jobsPageSchema.parse({ jobs, more: start + query.limit < matching.length });
  }

  /** As the agent does it: the word is kept in the settings, and judged by. */
  #choose(body: unknown): GamesPage {
    const { key, choice } = gameChoiceRequestSchema.parse(body);
    const { [key]: _former, ...others } = this.settings.games.choices;
    const choices = choice === null ? others : { ...others, [key]: choice };
    this.settings = settingsSchema.parse({ ...this.settings, games: { ...this.settings.games, choices } });
    const running = this.games.running
      .filter((game) => choices[game.key] !== 'ignore')
      .map((game) => {
        const chosen = choices[game.key];
        return chosen === undefined ? game : { ...game, choice: chosen, certainty: 'game' as const };
      });
    const installed = this.games.installed.map((game) => ({ ...game, choice: choices[game.id] ?? 'pause' }));
    this.games = gamesPageSchema.parse({ ...this.games, running, installed });
    this.emit({ event: 'settings', data: this.settings });
    this.show({ ...this.status, games: running });
    return this.games;
  }

  #setHelper(state: 'installed' | 'not-installed'): GpusPage {
    const isInstalled = state === 'installed';
    this.gpus = gpusPageSchema.parse({
      ...this.gpus,
      authority: isInstalled ? 'helper' : 'none',
      authorityDetail: isInstalled
        ? 'Through the helper, version 0.1.0.'
        : 'Setting limits needs administrator rights, which Gata does not have.',
      helper: { ...this.gpus.helper, state, busy: null },
    });
    return this.gpus;
  }

  #change(body: unknown): Settings {
    const patch = settingsPatchSchema.parse(body);
    const groups = Object.keys(this.settings) as (keyof Settings)[];
    this.settings = settingsSchema.parse(
      Object.fromEntries(groups.map((group) => [group, { ...this.settings[group], ...patch[group] }])),
    );
    return this.settings;
  }
}

function refusal(code: ErrorCode): Reply {
  const error = new GataError(code, `Refused on purpose with ${code}.`);
  return { status: error.status, body: error.toBody() };
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'content-type': 'application/json' });
  response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
}

function serveFile(pathname: string, response: ServerResponse): void {
  const file = path.join(RENDERER_FOLDER, path.normalize(pathname === '/' ? '/index.html' : pathname));
  if (!file.startsWith(RENDERER_FOLDER) || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}
