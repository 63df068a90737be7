import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_NODE_FLAGS } from '../shared/agent-runtime.ts';
import { systemClock } from '../shared/clock.ts';
import { preferredProviders } from '../shared/execution-provider.ts';
import { HELPER_SOCKET_PATH } from '../shared/gpu-helper-protocol.ts';
import type { SandboxView } from '../shared/local-api.ts';
import type { Settings } from '../shared/settings.ts';
import type { AgentArguments } from './agent-arguments.ts';
import { writeEndpointFile } from './api/endpoint-file.ts';
import { startApiServer } from './api/server.ts';
import { StatusBoard } from './api/status-board.ts';
import { loadTokens } from './api/tokens.ts';
import { prepareDataFolder } from './data-folder.ts';
import { EnergyMeter } from './energy/energy-meter.ts';
import { EnergyReport } from './energy/energy-report.ts';
import { costsMoney } from './energy/profitability.ts';
import { createGameWatcher, type GameWatcher } from './games/game-watcher.ts';
import { InstalledGames } from './games/installed-games.ts';
import { createGameLibrary } from './games/libraries/create-game-library.ts';
import type { GameLibrary } from './games/libraries/game-library.ts';
import { PauseHistory } from './games/pause-history.ts';
import { PauseHistoryFile } from './games/pause-history-file.ts';
import { processAgeMs } from './games/process-age.ts';
import { openForegroundWindow } from './games/signals/open-foreground-window.ts';
import { openGameMode } from './games/signals/open-game-mode.ts';
import { openLastInput } from './games/signals/open-last-input.ts';
import { openMeteredNetwork } from './games/signals/open-metered-network.ts';
import { openOthersLoad } from './games/signals/open-others-load.ts';
import { openSteamApp } from './games/signals/open-steam-app.ts';
import { openGovernance } from './governance/open-governance.ts';
import { GpuBoard } from './gpu/gpu-board.ts';
import { GpuController } from './gpu/gpu-controller.ts';
import { GraphicsProcesses } from './gpu/graphics-processes.ts';
import { GuardClient } from './gpu/guard-client.ts';
import { HelperControl } from './gpu/helper-control.ts';
import { loadNodeKey } from './identity/node-key.ts';
import { InstanceLock } from './instance-lock.ts';
import type { Compute } from './jobs/compute.ts';
import { createCompute } from './jobs/create-compute.ts';
import { GatewayHttp } from './jobs/gateway-http.ts';
import { createWorkerStarter } from './jobs/start-worker.ts';
import { LauncherTokens } from './launcher/launcher-tokens.ts';
import { createLogger } from './log.ts';
import { ADMISSION_RULES_VERSION } from './models/admission/admission-report.ts';
import { inspectorEntry, ThreadInspector } from './models/admission/thread-inspector.ts';
import { AllowedModels } from './models/catalogue/allowed-models.ts';
import { CatalogueHttp } from './models/catalogue/catalogue-http.ts';
import { CatalogueWatch } from './models/catalogue/catalogue-watch.ts';
import { ModelOversight } from './models/catalogue/model-oversight.ts';
import { productionProfile } from './models/catalogue/network-profile.ts';
import { TrustedCatalogue } from './models/catalogue/trusted-catalogue.ts';
import { ModelCache } from './models/model-cache.ts';
import { NoticeBoard } from './notice-board.ts';
import { busyStep, NOT_BUSY } from './policy/busy-state.ts';
import { PolicyEngine } from './policy/policy-engine.ts';
import { PolicyStateFile } from './policy/policy-state-file.ts';
import { openPowerSource } from './power/open-power-source.ts';
import { hardenProcess } from './process/harden-process.ts';
import { openProviders } from './providers/open-providers.ts';
import { NodeReceipts } from './receipts/node-receipts.ts';
import { chooseSandbox } from './sandbox/choose-sandbox.ts';
import { runSelfTest } from './sandbox/self-test.ts';
import { SettingsStore } from './settings/settings-store.ts';
import { Shutdown } from './shutdown.ts';
import { AGENT_VERSION } from './version.ts';
import { openWallet } from './wallet/open-wallet.ts';

export interface AgentOptions extends AgentArguments {
  /** The folder that holds `out`, with the built programs, and `node_modules`. */
  readonly programsFolder: string;
}

export interface Agent {
  readonly port: number;
  readonly dashboardUrl: string;
  /** Of the launcher that started the agent and asked for one. */
  readonly launcherToken: string | undefined;
}

/**
 * Starts the agent: it serves its API when this resolves, and ends the process by itself.
 * @throws GataError `data-folder-unusable`, `disk-full`, `already-running` or `port-in-use`.
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const opened = new AsyncDisposableStack();
  try {
    return await start(options, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

type Base = Awaited<ReturnType<typeof openDataFolder>>;

/** The tariff changes by the hour, and evidence of earnings grows old. */
const LOSS_LOOK_MS = 60_000;
const LATEST_JOBS = 200;
const BUSY_LOOK_MS = 2000;

/** Whatever opens goes on the stack, which closes it in the opposite order. */
async function start(options: AgentOptions, opened: AsyncDisposableStack): Promise<Agent> {
  const base = await openDataFolder(options, opened);
  const { dataFolder, lock, notices, store, settings, clock, logger } = base;
  await hardenProcess(logger);
  const energy = new EnergyMeter();
  const { compute, receipts, models, oversight, sandbox, network } = await openCompute(
    options,
    base,
    energy,
    opened,
  );
  const policy = opened.use(
    new PolicyEngine({
      compute,
      settings,
      stateFile: new PolicyStateFile(dataFolder),
      notices,
      clock,
      logger,
    }),
  );
  const { library, installedGames } = await openInstalledGames(base, opened);
  const { gpu, helper, graphics } = openGpu(options, base, { compute, policy, energy }, opened);
  const providers = await openLibraries(options, base, { compute, gpu, network }, opened);
  const games = await openGames(base, { library, graphics }, opened);
  // Before any other listener: a pause comes first.
  games.on('change', (news) => {
    policy.reportGames(games.running(), news);
    policy.reportRecording(games.isRecording());
    if (!games.running().some((game) => game.certainty === 'maybe')) notices.dismiss('game-question');
  });
  games.on('question', ({ name, why }) => {
    const message = `Is ${name} a game? Gata paused to be safe (${why}). Answer under Games, once for all.`;
    notices.post({ level: 'info', code: 'game-question', message });
  });
  const pauses = recordPauses(base, { policy, games, gpu });
  watchLoss(base, compute, policy, opened);
  await watchMachine(base, policy, gpu, opened);
  store.on('change', () => {
    games.refresh();
    gpu.refresh();
    policy.refresh();
    warnIfUnsandboxed(sandbox, settings(), notices);
  });
  warnIfUnsandboxed(sandbox, settings(), notices);

  const shutdown = new Shutdown({
    close: async () => {
      // The workers go first and are not kept waiting by anything that closes.
      try {
        await policy.shutDown();
      } finally {
        await opened.disposeAsync();
      }
    },
    logger,
  });
  const wallet = opened.use(
    openWallet({
      ...{ dataFolder, store, notices, clock, logger, statements: receipts.review },
      programsFolder: options.programsFolder,
      gatewayUrl: options.gatewayUrl,
      networkProfilePath: options.networkProfile,
      mechanisms: options.sandbox === undefined ? undefined : [options.sandbox],
    }),
  );
  const tokens = loadTokens(dataFolder);
  const { launchedBy, handOverToken } = options;
  const launchers = new LauncherTokens(launchedBy, clock);
  if (launchedBy !== undefined) {
    notices.post({ level: 'info', code: 'launched-by', message: `${launchedBy} started Gata.` });
  }
  const report = new EnergyReport({
    quartersSince: (since) => compute.quartersSince(since),
    latestJobs: (limit) => compute.jobs({ limit }).jobs,
    settings,
    clock,
  });
  const shared = { version: AGENT_VERSION, policy, compute, games, notices, energy: report, clock };
  const { port } = opened.use(
    await startApiServer(
      {
        ...shared,
        dataFolder,
        dashboardFolder: builtDashboard(options.programsFolder),
        tokens,
        launchers,
        settings: store,
        installedGames,
        pauses,
        gpus: new GpuBoard(gpu, helper),
        models,
        oversight,
        providers,
        receipts,
        wallet: wallet.keys,
        walletActions: wallet.network?.desk ?? null,
        governance: openGovernance(wallet),
        walletOverview: wallet.overview,
        status: new StatusBoard({
          ...shared,
          gatewayUrl: options.gatewayUrl,
          embedded: options.embedded,
        }),
        shutDown: () => shutdown.begin('asked by a client', 0),
        logger,
      },
      options.port,
    ),
  );
  const address = `http://127.0.0.1:${port}`;
  opened.use(writeEndpointFile(dataFolder, { port, pid: process.pid, version: AGENT_VERSION, tokens }));
  lock.publish(address);
  shutdown.listenToProcess();

  gpu.start();
  policy.reportSandbox(sandbox);
  compute.connect();
  await games.start();
  policy.reportGames(games.running());
  policy.reportStarted();
  // Nothing has to yield at once while nothing may compute.
  policy.on('change', ({ run }) => games.hurry(run));
  games.hurry(policy.decision.run);
  const launcherToken =
    launchedBy !== undefined && handOverToken ? launchers.issue(launchedBy).token : undefined;
  return { port, dashboardUrl: `${address}/#token=${tokens.ui}`, launcherToken };
}

/** Takes the data folder for this agent alone, and opens what it keeps for every part. */
async function openDataFolder(options: AgentOptions, opened: AsyncDisposableStack) {
  const clock = systemClock;
  const dataFolder = await prepareDataFolder(options.dataFolder);
  const lock = opened.use(await InstanceLock.acquire(dataFolder));
  const { logger, file } = createLogger(dataFolder);
  opened.use(file);
  logger.info({ version: AGENT_VERSION, pid: process.pid, launchedBy: options.launchedBy }, 'starting');
  const notices = new NoticeBoard(clock);
  const store = new SettingsStore({ dataFolder, notices, clock });
  // The flag holds for this run only, so it is laid over the settings, not stored in them.
  const settings = (): Settings =>
    options.allowUnsandboxed
      ? { ...store.current, compute: { ...store.current.compute, allowUnsandboxed: true } }
      : store.current;
  return { dataFolder, lock, notices, store, settings, clock, logger };
}

/** Tries the sandbox out and opens all that takes and runs jobs; it is halted and not connected yet. */
async function openCompute(
  options: AgentOptions,
  { dataFolder, notices, settings, clock, logger }: Base,
  energy: EnergyMeter,
  opened: AsyncDisposableStack,
) {
  const entryPath = join(options.programsFolder, 'out', 'workers', 'host.js');
  const roots =
    options.catalogueRoots.length > 0 ? options.catalogueRoots : productionProfile().catalogueRoots;
  const source = new CatalogueHttp(options.gatewayUrl);
  const catalogue = await TrustedCatalogue.open({
    folder: join(dataFolder, 'catalogue'),
    roots,
    source,
    allowed: new AllowedModels(dataFolder, clock, logger),
    admissionVersion: ADMISSION_RULES_VERSION,
    clock,
    logger,
  });
  const [sandbox, { nodeKey, notices: keyNotices }, models] = await Promise.all([
    chooseSandbox({
      program: { nodePath: process.execPath, entryPath },
      mechanisms: options.sandbox === undefined ? undefined : [options.sandbox],
      selfTest: (candidate) => runSelfTest(candidate, { dataFolder }),
    }),
    loadNodeKey(dataFolder, clock),
    ModelCache.open({
      folder: join(dataFolder, 'models'),
      quotaBytes: () => settings().models.cacheBytes,
      gate: catalogue,
      inspector: new ThreadInspector(inspectorEntry(options.programsFolder)),
      clock,
      logger,
    }),
  ]);
  opened.use(models);
  for (const notice of keyNotices) notices.post(notice);
  logger.info({ sandbox: sandbox.describe() }, 'sandbox chosen');
  const http = new GatewayHttp({ gatewayUrl: options.gatewayUrl, nodeKey, clock });
  const receipts = opened.use(new NodeReceipts({ dataFolder, http, nodeKey, notices, clock, logger }));
  const compute = opened.use(
    await createCompute({
      dataFolder,
      http,
      receipts,
      gatewayUrl: options.gatewayUrl,
      agentVersion: AGENT_VERSION,
      nodeKey,
      models,
      startWorker: createWorkerStarter({
        sandbox,
        providers: preferredProviders(process.platform),
        logger,
      }),
      sandboxMechanism: sandbox.mechanism,
      energyOf: (uuid, startMs, endMs) => energy.joulesBetween(uuid, startMs, endMs),
      settings,
      clock,
      logger,
    }),
  );
  const dropModel = (digest: string) => compute.dropModel(digest);
  const oversight = opened.use(new ModelOversight({ catalogue, models, dropModel, notices, logger }));
  const watch = opened.use(new CatalogueWatch(catalogue, logger));
  compute.on('change', () => watch.setConnected(compute.snapshot().network.state === 'connected'));
  const network = { roots, source, catalogue };
  return { compute, receipts, models, oversight, sandbox: sandbox.describe(), network };
}

/** Opens what is offered and installed of execution providers' libraries, and keeps the offer fresh. */
async function openLibraries(
  { programsFolder }: AgentOptions,
  { dataFolder, clock, logger }: Base,
  {
    compute,
    gpu,
    network,
  }: { compute: Compute; gpu: GpuController; network: Awaited<ReturnType<typeof openCompute>>['network'] },
  opened: AsyncDisposableStack,
) {
  const driverVersion = () => gpu.page().driverVersion;
  const providers = opened.use(
    await openProviders({ dataFolder, programsFolder, ...network, driverVersion, clock, logger }),
  );
  const watch = opened.use(new CatalogueWatch(providers.manifest, logger));
  compute.on('change', () => watch.setConnected(compute.snapshot().network.state === 'connected'));
  return providers;
}

/** Wires the graphics cards: their guard, who decides for them, and who is told. */
function openGpu(
  { programsFolder, nvmlLibrary, gpuHelperSocket }: AgentOptions,
  { dataFolder, notices, settings, clock, logger }: Base,
  { compute, policy, energy }: { compute: Compute; policy: PolicyEngine; energy: EnergyMeter },
  opened: AsyncDisposableStack,
) {
  const programs = join(programsFolder, 'out', 'gpu');
  const guard = opened.use(
    new GuardClient({
      args: [
        ...AGENT_NODE_FLAGS,
        join(programs, 'guard.js'),
        ...['--journal', join(dataFolder, 'gpu-limits.json')],
        ...(nvmlLibrary === undefined ? [] : ['--nvml-library', nvmlLibrary]),
        ...(gpuHelperSocket === undefined ? [] : ['--helper-socket', gpuHelperSocket]),
      ],
      logger,
    }),
  );
  const graphics = new GraphicsProcesses();
  const gpu = opened.use(
    new GpuController({ guard, settings, use: () => compute.snapshot().gpuUse, notices, clock, logger }),
  );
  const helper = new HelperControl({
    installerPath: join(programs, 'install-helper.js'),
    platform: process.platform,
    socketPath: gpuHelperSocket ?? HELPER_SOCKET_PATH,
    changed: () => guard.reconnect(),
  });
  gpu.on('signal', (signal) => policy.reportGpu(signal));
  gpu.on('samples', (samples) => {
    for (const sample of samples) energy.take(sample);
    graphics.take(samples);
    compute.checkMemory(samples);
  });
  // In the turn of a pause: a card without work is left as the user had it.
  policy.on('change', ({ run }) => gpu.setMayCompute(run));
  compute.on('change', () => gpu.refreshRate());
  return { gpu, helper, graphics };
}

/** Looks for the games of all stores, which goes on after this resolves. */
async function openInstalledGames(
  { settings, store, clock, logger }: Base,
  opened: AsyncDisposableStack,
): Promise<{ library: GameLibrary; installedGames: InstalledGames }> {
  const library = opened.use(
    await createGameLibrary({ logger, clock, userFolders: () => settings().games.folders }),
  );
  const installedGames = new InstalledGames(library, logger);
  let folders = JSON.stringify(settings().games.folders);
  store.on('change', ({ games }) => {
    if (JSON.stringify(games.folders) === folders) return;
    folders = JSON.stringify(games.folders);
    void installedGames.rescan();
  });
  void installedGames.start();
  return { library, installedGames };
}

/** Watches for games, by their processes and by what else tells of them. */
async function openGames(
  { store, clock, logger }: Base,
  { library, graphics }: { library: GameLibrary; graphics: GraphicsProcesses },
  opened: AsyncDisposableStack,
): Promise<GameWatcher> {
  const [foreground, gameMode, steamApp] = await Promise.all([
    openForegroundWindow(logger),
    openGameMode(logger),
    openSteamApp(logger),
  ]);
  const signals = { foreground, gameMode, steamApp, graphics };
  for (const signal of Object.values(signals)) opened.use(signal);
  const games = opened.use(
    createGameWatcher({
      settings: () => store.current.games,
      library,
      signals,
      ownPids: () => [process.pid],
      logger,
      clock,
    }),
  );
  // A desktop's service that does not answer must not hold up the start: what it knows comes by a change.
  for (const signal of Object.values(signals)) void signal.start();
  return games;
}

/** Remembers the pauses for games, and how fast they were. */
function recordPauses(
  { dataFolder, clock, logger }: Base,
  { policy, games, gpu }: { policy: PolicyEngine; games: GameWatcher; gpu: GpuController },
): PauseHistory {
  const pauses = new PauseHistory({
    file: new PauseHistoryFile(dataFolder, logger),
    startOrderOf: (pid) => games.startOrderOf(pid),
    ageMs: processAgeMs,
    clock,
    logger,
  });
  policy.on('pausing', (begin) => pauses.begin(begin));
  gpu.on('released', (isFree) => pauses.reportMemory(isFree));
  return pauses;
}

/** Tells the policy of the user, the battery, the network and what else keeps the machine busy. */
async function watchMachine(
  { logger }: Base,
  policy: PolicyEngine,
  gpu: GpuController,
  opened: AsyncDisposableStack,
): Promise<void> {
  const [power, lastInput, metered, load] = await Promise.all([
    openPowerSource(logger),
    openLastInput(logger),
    openMeteredNetwork(logger),
    openOthersLoad(() => [process.pid], logger),
  ]);
  for (const signal of [power, lastInput, metered, load]) opened.use(signal);
  power.on('change', () => policy.reportBattery(power.onBattery()));
  lastInput.on('change', () => policy.reportLastInput(lastInput.value));
  metered.on('change', () => policy.reportMetered(metered.value));
  let gpuBusy = NOT_BUSY;
  let processorBusy = NOT_BUSY;
  const look = () => {
    const seconds = performance.now() / 1000;
    gpuBusy = busyStep(gpuBusy, gpu.othersUse, seconds);
    processorBusy = busyStep(processorBusy, load.value.processor, seconds);
    policy.reportBusy({ gpu: gpuBusy.isBusy, processor: processorBusy.isBusy });
  };
  const timer = setInterval(look, BUSY_LOOK_MS);
  timer.unref();
  opened.defer(() => clearInterval(timer));
  for (const signal of [lastInput, metered, load]) void signal.start();
  policy.reportBattery(power.onBattery());
  logger.info({ signals: [lastInput.name, metered.name, load.name] }, 'Watching the machine.');
}

/** Tells the policy whenever the work begins or ceases to cost more than it earns. */
function watchLoss(
  { store, settings, clock }: Base,
  compute: Compute,
  policy: PolicyEngine,
  opened: AsyncDisposableStack,
): void {
  const look = () => {
    const { jobs } = compute.jobs({ limit: LATEST_JOBS });
    policy.reportLoss(costsMoney(jobs, settings().energy, clock.now()));
  };
  const timer = setInterval(look, LOSS_LOOK_MS);
  timer.unref();
  opened.defer(() => clearInterval(timer));
  compute.on('job', (job) => {
    if (job.endedAt !== null) look();
  });
  store.on('change', look);
  look();
}

function warnIfUnsandboxed(sandbox: SandboxView, settings: Settings, notices: NoticeBoard): void {
  if (sandbox.working || !settings.compute.allowUnsandboxed) {
    notices.dismiss('unsandboxed');
    return;
  }
  notices.post({
    level: 'warning',
    code: 'unsandboxed',
    message: `Models run without a sandbox, as you allowed, and could harm this machine. ${sandbox.detail}`,
  });
}

function builtDashboard(programsFolder: string): string | undefined {
  const folder = join(programsFolder, 'out', 'renderer');
  return existsSync(join(folder, 'index.html')) ? folder : undefined;
}
