import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { GpuSample } from '../../shared/gpu.ts';
import { QUARANTINED_MODELS_LIMIT } from '../../shared/job-protocol.ts';
import type { JobsPage, JobsQuery, JobView, QuarantinedModel, Totals } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import { TASK_KINDS } from '../../shared/task.ts';
import type { NodeKey } from '../identity/node-key.ts';
import type { ModelCache } from '../models/model-cache.ts';
import type { NodeReceipts } from '../receipts/node-receipts.ts';
import type { Compute, ComputeEvents, ComputeSnapshot, HaltReport } from './compute.ts';
import type { ComputeLimits } from './compute-limits.ts';
import { readDeviceName } from './device-name.ts';
import { GatewayHttp } from './gateway-http.ts';
import { GatewaySession, type PresenceFacts } from './gateway-session.ts';
import { CAPACITY, JobClient } from './job-client.ts';
import { JobHistory } from './job-history.ts';
import type { QuarterTotals } from './job-totals.ts';
import { ModelQuarantine } from './model-quarantine.ts';
import { PayoutAnnouncer } from './payout-announcer.ts';
import { type StartWorker, WorkerPool } from './worker-pool.ts';

/** Models that a presence may name. */
const MODELS_ANNOUNCED = 1024;

export interface ComputeOptions {
  /** The folder of the job history and of the quarantine. */
  readonly dataFolder: string;
  readonly gatewayUrl: string;
  readonly agentVersion: string;
  readonly nodeKey: NodeKey;
  readonly models: ModelCache;
  readonly startWorker: StartWorker;
  /** The sandbox that workers run in, as the gateway is told: `bubblewrap`, `none`. */
  readonly sandboxMechanism: string;
  /** What a card drew in a span (milliseconds since the epoch), in joules; null where that is not known. */
  readonly energyOf: (gpuUuid: string, startMs: number, endMs: number) => number | null;
  /** Shared with other parts; absent: a session of its own. */
  readonly http?: GatewayHttp | undefined;
  /** Absent: none are kept. */
  readonly receipts?: NodeReceipts | undefined;
  /** The settings of the moment. */
  readonly settings: () => Settings;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Reads the job history and wires the job side; it is halted and not connected yet. */
export async function createCompute(options: ComputeOptions): Promise<Compute> {
  const { dataFolder: folder, clock, logger } = options;
  const [history, deviceName] = await Promise.all([
    JobHistory.open({ folder, clock, logger }),
    readDeviceName(),
  ]);
  return new NodeCompute(options, history, deviceName);
}

class NodeCompute extends EventEmitter<ComputeEvents> implements Compute {
  readonly #options: ComputeOptions;
  readonly #history: JobHistory;
  readonly #deviceName: string;
  readonly #quarantine: ModelQuarantine;
  readonly #pool: WorkerPool;
  readonly #session: GatewaySession;
  readonly #client: JobClient;
  readonly #payout: PayoutAnnouncer;
  #resumed = false;

  constructor(options: ComputeOptions, history: JobHistory, deviceName: string) {
    super();
    const { dataFolder, agentVersion, gatewayUrl, nodeKey, models, clock, logger } = options;
    this.#options = options;
    this.#history = history;
    this.#deviceName = deviceName;
    const http = options.http ?? new GatewayHttp({ gatewayUrl, nodeKey, clock });
    this.#quarantine = new ModelQuarantine({ dataFolder, agentVersion, clock, logger });
    this.#pool = new WorkerPool({
      startWorker: options.startWorker,
      ensureModel: (digest, signal) => models.ensure(digest, http, signal),
      settings: () => options.settings().compute,
      clock,
      logger,
    });
    this.#session = new GatewaySession({
      gatewayUrl,
      nodeId: nodeKey.nodeId,
      http,
      presence: () => this.#presence(),
      clock,
      logger,
    });
    this.#client = new JobClient({
      pool: this.#pool,
      http,
      send: (message) => this.#session.send(message),
      energyOf: options.energyOf,
      isQuarantined: (digest) => this.#quarantine.has(digest),
      receipts: options.receipts?.desk,
      earlierTokens: (jobId) => history.get(jobId)?.tokens ?? 0,
      clock,
      logger,
    });
    this.#session.on('message', (message) => this.#client.receive(message));
    this.#payout = new PayoutAnnouncer({
      ...{ http, nodeKey, clock, logger },
      payoutAddress: () => options.settings().wallet.payoutAddress,
    });
    this.#session.on('online', () => this.#client.reconnected());
    this.#session.on('online', () => this.#payout.online());
    this.#session.on('online', () => options.receipts?.review.online());
    this.#session.on('change', () => {
      this.#reportReady();
      this.emit('change');
    });
    this.#pool.on('change', () => this.#changed());
    this.#pool.on('fault', (fault) => this.#quarantine.add(fault));
    this.#quarantine.on('quarantined', (model) => this.#quarantined(model));
    this.#quarantine.on('change', () => this.#changed());
    this.#client.on('job', (job) => this.#jobChanged(job));
    models.on('model', this.#modelChanged);
  }

  connect(): void {
    this.#session.connect();
  }

  resume(): void {
    if (this.#resumed) return;
    this.#resumed = true;
    this.#pool.resume();
    this.#client.resume();
    this.#changed();
  }

  async halt(): Promise<HaltReport> {
    const startedMs = performance.now();
    // First the signals: whatever else is to be said does not keep the graphics card busy.
    const { workers, gone } = this.#pool.halt();
    this.#resumed = false;
    const jobs = this.#client.handBackAll('paused');
    this.#changed();
    await gone;
    return { workers, jobs, tookMs: performance.now() - startedMs };
  }

  limit(limits: ComputeLimits): void {
    this.#pool.limit(limits);
  }

  checkMemory(samples: readonly GpuSample[]): void {
    this.#pool.checkMemory(samples);
  }

  dropModel(digest: string): void {
    this.#pool.drop(digest);
    this.#client.handBackModel(digest);
  }

  retryModel(digest: string): boolean {
    return this.#quarantine.lift(digest);
  }

  snapshot(): ComputeSnapshot {
    return {
      currentJobs: this.#client.currentJobs,
      tokensPerSecond: this.#client.tokensPerSecond,
      device: { name: this.#deviceName, provider: this.#pool.provider },
      network: {
        state: this.#session.state,
        nodeId: this.#options.nodeKey.nodeId,
        detail: this.#session.detail,
      },
      gpuUse: this.#pool.gpuUse,
      fault: this.#pool.fault,
      quarantinedModels: this.#quarantine.list(),
    };
  }

  jobs(query: JobsQuery): JobsPage {
    return this.#history.page(query);
  }

  job(id: string): JobView | undefined {
    return this.#history.get(id);
  }

  totalsSince(since: Date): Totals {
    return this.#history.totalsSince(since);
  }

  quartersSince(since: Date): QuarterTotals[] {
    return this.#history.quartersSince(since);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#payout[Symbol.dispose]();
    const { gone } = this.#pool.halt();
    this.#client.handBackAll('shutting-down');
    await Promise.all([gone, this.#session[Symbol.asyncDispose]()]);
    this.#client[Symbol.dispose]();
    this.#options.models.off('model', this.#modelChanged);
    await this.#history[Symbol.asyncDispose]();
  }

  #reportReady(): void {
    const isReady = this.#resumed && this.#pool.fault === null;
    this.#options.receipts?.reportReady(isReady && this.#session.state === 'connected');
  }

  #presence(): PresenceFacts {
    const { agentVersion, models, sandboxMechanism } = this.#options;
    return {
      agentVersion,
      ready: this.#resumed && this.#pool.fault === null,
      capacity: CAPACITY,
      kinds: [...TASK_KINDS],
      cachedModels: models
        .digests()
        .filter((digest) => !this.#quarantine.has(digest))
        .slice(0, MODELS_ANNOUNCED),
      ...this.#quarantinedFacts(),
      device: {
        name: this.#deviceName.slice(0, 256),
        provider: this.#pool.provider,
        sandbox: sandboxMechanism,
      },
      held: this.#client.heldAttempts.slice(0, 64),
    };
  }

  #quarantinedFacts(): Pick<PresenceFacts, 'quarantinedModels'> {
    const digests = this.#quarantine.list().map((model) => model.digest);
    return digests.length === 0 ? {} : { quarantinedModels: digests.slice(0, QUARANTINED_MODELS_LIMIT) };
  }

  #quarantined(model: QuarantinedModel): void {
    this.dropModel(model.digest);
  }

  #changed(): void {
    this.#session.announce();
    this.#reportReady();
    this.emit('change');
  }

  #jobChanged(job: JobView): void {
    this.#history.put(job);
    this.emit('job', job);
    this.emit('change');
  }

  readonly #modelChanged = (model: { readonly state: string }): void => {
    if (model.state === 'ready') this.#session.announce();
  };
}
