import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type {
  GpusPage,
  JobsPage,
  JobView,
  LocalEvent,
  ModelsPage,
  ModelView,
  Status,
} from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import type { JobsFilter } from './api-client.ts';
import type { GpuRecorder } from './gpu-recorder.ts';
import { withJob } from './job-pages.ts';
import { GPU_HISTORY_KEY, queryKeys } from './query-keys.ts';
import type { SpeedHistory } from './speed-history.ts';

/** Often enough to look live; rarely enough that rendering stays out of the way of compute and games. */
const FLUSH_MS = 200;

/** The part of a document that tells whether anybody looks. */
type PageVisibility = EventTarget & Pick<Document, 'hidden'>;

/**
 * Brings the agent's events into the query cache: gathered, the newest of each thing kept, and written in one
 * go. While nobody sees the page nothing is written; the first look brings everything up to date.
 */
export class LiveCache implements Disposable {
  readonly #queries: QueryClient;
  readonly #speed: SpeedHistory;
  readonly #gpuRecorder: GpuRecorder;
  readonly #document: PageVisibility;
  readonly #jobs = new Map<string, JobView>();
  readonly #models = new Map<string, ModelView>();
  #status: { readonly value: Status; readonly takenAt: number } | undefined;
  #settings: Settings | undefined;
  #gameSettings: string | undefined;
  #runningGames: string | undefined;
  /** A pause for a game was recorded. */
  #hasPaused = false;
  #gpus: { readonly value: GpusPage; readonly takenAt: number } | undefined;
  #wallet: WalletOverview | undefined;
  #missed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(queries: QueryClient, speed: SpeedHistory, gpuRecorder: GpuRecorder, document: PageVisibility) {
    this.#queries = queries;
    this.#speed = speed;
    this.#gpuRecorder = gpuRecorder;
    this.#document = document;
    document.addEventListener('visibilitychange', this.#onVisibilityChange);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#document.removeEventListener('visibilitychange', this.#onVisibilityChange);
  }

  take(event: LocalEvent): void {
    if (event.event === 'status') this.#status = { value: event.data, takenAt: Date.now() };
    else if (event.event === 'gpus') this.#takeGpus(event.data);
    else if (event.event === 'settings') this.#settings = event.data;
    else if (event.event === 'wallet') this.#wallet = event.data;
    else if (this.#document.hidden) this.#missed = true;
    else if (event.event === 'game-pause') this.#hasPaused = true;
    else if (event.event === 'job') this.#jobs.set(event.data.id, event.data);
    else if (event.event === 'model') this.#models.set(event.data.digest, event.data);
    if (!this.#document.hidden) this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  /** Every reading is recorded, also while nobody looks: the charts' hour has no gap, and draws nothing by itself. */
  #takeGpus(page: GpusPage): void {
    this.#gpus = { value: page, takenAt: Date.now() };
    this.#gpuRecorder.record(page.gpus.flatMap(({ sample }) => (sample === null ? [] : [sample])));
  }

  readonly #onVisibilityChange = (): void => {
    if (this.#document.hidden) return;
    this.#flush();
    if (!this.#missed) return;
    this.#missed = false;
    // The readings of the cards were recorded all the same.
    void this.#queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== GPU_HISTORY_KEY });
  };

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#status !== undefined) this.#writeStatus(this.#status.value, this.#status.takenAt);
    this.#status = undefined;
    if (this.#gpus !== undefined) this.#writeGpus(this.#gpus.value, this.#gpus.takenAt);
    this.#gpus = undefined;
    if (this.#settings !== undefined) this.#writeSettings(this.#settings);
    this.#settings = undefined;
    if (this.#hasPaused) void this.#queries.invalidateQueries({ queryKey: queryKeys.games });
    this.#hasPaused = false;
    if (this.#wallet !== undefined) this.#writeWallet(this.#wallet);
    this.#wallet = undefined;
    if (this.#jobs.size > 0) this.#writeJobs([...this.#jobs.values()]);
    this.#jobs.clear();
    for (const model of this.#models.values()) this.#writeModel(model);
    this.#models.clear();
  }

  /** While a change is on its way the page shows it already; its answer brings everything else. */
  #writeSettings(settings: Settings): void {
    // A folder or a choice more, wherever it was made.
    const gameSettings = JSON.stringify(settings.games);
    if (gameSettings !== this.#gameSettings)
      void this.#queries.invalidateQueries({ queryKey: queryKeys.games });
    this.#gameSettings = gameSettings;
    if (this.#queries.isMutating({ mutationKey: queryKeys.settings }) === 0)
      this.#queries.setQueryData(queryKeys.settings, settings);
  }

  #writeStatus(status: Status, takenAt: number): void {
    // Against the event before, not what the page shows: a status fetched meanwhile may have told it already.
    const games = JSON.stringify(status.games);
    if (games !== this.#runningGames) void this.#queries.invalidateQueries({ queryKey: queryKeys.games });
    this.#runningGames = games;
    if (this.#isOvertaken(queryKeys.status, takenAt)) return;
    this.#queries.setQueryData(queryKeys.status, status);
    this.#speed.record(status.state === 'working' ? (status.tokensPerSecond ?? 0) : 0);
  }

  #writeGpus(page: GpusPage, takenAt: number): void {
    if (!this.#isOvertaken(queryKeys.gpus, takenAt)) this.#queries.setQueryData(queryKeys.gpus, page);
  }

  #writeWallet(wallet: WalletOverview): void {
    const known = this.#queries.getQueryData<WalletOverview>(queryKeys.wallet);
    this.#queries.setQueryData(queryKeys.wallet, wallet);
    if (JSON.stringify(known?.operations) === JSON.stringify(wallet.operations)) return;
    void this.#queries.invalidateQueries({ queryKey: queryKeys.walletOperations });
    void this.#queries.invalidateQueries({ queryKey: queryKeys.governance });
  }

  /** A fetch that was answered while an event waited here is newer; which of the two is newest, the agent says. */
  #isOvertaken(queryKey: readonly string[], takenAt: number): boolean {
    if ((this.#queries.getQueryState(queryKey)?.dataUpdatedAt ?? 0) <= takenAt) return false;
    void this.#queries.invalidateQueries({ queryKey });
    return true;
  }

  #writeJobs(jobs: readonly JobView[]): void {
    for (const query of this.#queries.getQueryCache().findAll({ queryKey: queryKeys.allJobs })) {
      const filter = query.queryKey[1] as JobsFilter;
      this.#queries.setQueryData<InfiniteData<JobsPage>>(query.queryKey, (data) => {
        if (data === undefined) return data;
        const pages = jobs.reduce<readonly JobsPage[]>(
          (before, job) => withJob(before, job, filter),
          data.pages,
        );
        return pages === data.pages ? data : { ...data, pages: [...pages] };
      });
    }
    for (const job of jobs) {
      this.#queries.setQueryData<JobView>(queryKeys.job(job.id), (known) =>
        known === undefined || known.attempt > job.attempt ? known : job,
      );
    }
  }

  #writeModel(model: ModelView): void {
    this.#queries.setQueryData<ModelsPage>(queryKeys.models, (data) => {
      if (data === undefined) return data;
      const index = data.models.findIndex((candidate) => candidate.digest === model.digest);
      return { ...data, models: index === -1 ? [...data.models, model] : data.models.with(index, model) };
    });
  }
}
