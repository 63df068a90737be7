import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { ApiInstalledGames, ApiModels, ApiOversight } from '../../src/agent/api/api-parts.ts';
import { type ApiServer, startApiServer } from '../../src/agent/api/server.ts';
import { StatusBoard } from '../../src/agent/api/status-board.ts';
import { loadTokens, type Tokens } from '../../src/agent/api/tokens.ts';
import { EnergyReport } from '../../src/agent/energy/energy-report.ts';
import { PauseHistory } from '../../src/agent/games/pause-history.ts';
import { PauseHistoryFile } from '../../src/agent/games/pause-history-file.ts';
import { openGovernance } from '../../src/agent/governance/open-governance.ts';
import { LauncherTokens } from '../../src/agent/launcher/launcher-tokens.ts';
import { NoticeBoard } from '../../src/agent/notice-board.ts';
import { PolicyEngine } from '../../src/agent/policy/policy-engine.ts';
import { PolicyStateFile } from '../../src/agent/policy/policy-state-file.ts';
import { ReceiptLog } from '../../src/agent/receipts/receipt-log.ts';
import { SettingsStore } from '../../src/agent/settings/settings-store.ts';
import { openWalletKeys } from '../../src/agent/wallet/keys/open-wallet-keys.ts';
import type { WalletKeys } from '../../src/agent/wallet/keys/wallet-keys.ts';
import { type OpenedWallet, openWallet } from '../../src/agent/wallet/open-wallet.ts';
import { WalletOverviewBoard } from '../../src/agent/wallet/overview/wallet-overview-board.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { GataError } from '../../src/shared/gata-error.ts';
import type { InstalledGame, RefusedFolder } from '../../src/shared/installed-game.ts';
import type { GameView, ModelView } from '../../src/shared/local-api.ts';
import type { NetworkProfile } from '../../src/shared/network-profile.ts';
import type { ProviderLibrary } from '../../src/shared/provider-library.ts';
import { IdleCompute } from './idle-compute.ts';
import { TEST_PROFILE } from './network-profile.ts';
import { SetGpus } from './set-gpus.ts';
import { setProviders } from './set-providers.ts';
import { temporaryFolder } from './temporary-folder.ts';

class NoModels extends EventEmitter<{ model: [ModelView] }> implements ApiModels {
  list(): ModelView[] {
    return [];
  }

  async add(source: string): Promise<ModelView> {
    throw new GataError('unknown-model', `There is no model ${source}.`);
  }

  async remove(digest: string): Promise<void> {
    throw new GataError('not-found', `There is no model ${digest}.`);
  }
}

const NO_OVERSIGHT: ApiOversight = {
  view: () => ({
    configured: false,
    rootKeyIds: [],
    keysSequence: null,
    revocationsSequence: null,
    revocationsExpireAt: null,
    stale: false,
    checkedAt: null,
    problem: null,
  }),
  refresh: async () => NO_OVERSIGHT.view(),
  allow: (digest) => {
    throw new GataError('not-found', `There is no model ${digest}.`);
  },
  disallow: (digest) => {
    throw new GataError('not-found', `There is no model ${digest}.`);
  },
};

class SetGames extends EventEmitter<{ change: [] }> {
  #running: readonly GameView[] = [];

  running(): readonly GameView[] {
    return this.#running;
  }

  set(running: readonly GameView[]): void {
    this.#running = running;
    this.emit('change');
  }
}

/** Installed games that a test sets; a new look finds what is there. */
class SetInstalledGames implements ApiInstalledGames {
  readonly scanning = false;
  games: readonly InstalledGame[] = [];
  refused: readonly RefusedFolder[] = [];
  rescans = 0;

  list(): readonly InstalledGame[] {
    return this.games;
  }

  refusedFolders(): readonly RefusedFolder[] {
    return this.refused;
  }

  async rescan(): Promise<void> {
    this.rescans += 1;
  }
}

/** The local API over real parts, but for compute, games, cards and models, which the test sets. */
export interface TestApi extends AsyncDisposable {
  readonly server: ApiServer;
  readonly url: string;
  readonly tokens: Tokens;
  readonly compute: IdleCompute;
  readonly games: SetGames;
  readonly gpus: SetGpus;
  readonly installedGames: SetInstalledGames;
  readonly policy: PolicyEngine;
  readonly settings: SettingsStore;
  readonly notices: NoticeBoard;
  readonly wallet: WalletKeys;
  readonly walletOverview: WalletOverviewBoard;
  readonly dataFolder: string;
  readonly shutdowns: number;
  /** A request with the `ui` token, or with `token`. */
  request(
    method: string,
    path: string,
    options?: { body?: unknown; token?: string | null },
  ): Promise<Response>;
}

/** A chain and a gateway for the wallet. */
export interface TestNetwork {
  readonly profile: NetworkProfile;
  readonly gatewayUrl: string;
  readonly rpcTimeoutMs?: number;
}

export async function startTestApi(
  options: {
    dashboardFolder?: string;
    port?: number;
    network?: TestNetwork;
    libraries?: readonly ProviderLibrary[];
  } = {},
): Promise<TestApi> {
  const cleanup = new AsyncDisposableStack();
  const dataFolder = cleanup.use(temporaryFolder()).path;
  const notices = new NoticeBoard(systemClock);
  const settings = new SettingsStore({ dataFolder, notices, clock: systemClock });
  const compute = new IdleCompute();
  const logger = pino({ enabled: false });
  const policy = cleanup.use(
    new PolicyEngine({
      compute,
      settings: () => settings.current,
      stateFile: new PolicyStateFile(dataFolder),
      notices,
      clock: systemClock,
      logger,
    }),
  );
  settings.on('change', () => policy.refresh());
  const games = new SetGames();
  games.on('change', () => policy.reportGames(games.running()));
  const pauses = new PauseHistory({
    file: new PauseHistoryFile(dataFolder, logger),
    startOrderOf: () => null,
    ageMs: () => null,
    clock: systemClock,
    logger,
  });
  policy.on('pausing', (begin) => pauses.begin(begin));
  const gpus = new SetGpus();
  const installedGames = new SetInstalledGames();
  policy.reportGpu({ state: 'absent', detail: null, since: systemClock.now(), cards: [] });
  policy.reportSandbox({
    mechanism: 'bubblewrap',
    working: true,
    detail: 'Tried out.',
    protections: [],
    selfTest: null,
  });
  policy.reportStarted();
  const tokens = loadTokens(dataFolder);
  const energy = new EnergyReport({
    quartersSince: () => compute.quartersSince(),
    latestJobs: (limit) => compute.jobs({ limit }).jobs,
    settings: () => settings.current,
    clock: systemClock,
  });
  const wallet = openTestWallet({ dataFolder, settings, notices, network: options.network }, cleanup);
  const shared = { version: '0.0.0-test', policy, compute, games, notices, energy, clock: systemClock };
  const state = { shutdowns: 0 };
  const server = cleanup.use(
    await startApiServer(
      {
        ...shared,
        dataFolder,
        dashboardFolder: options.dashboardFolder,
        tokens,
        launchers: new LauncherTokens(undefined, systemClock),
        pauses,
        settings,
        installedGames,
        gpus,
        models: new NoModels(),
        oversight: NO_OVERSIGHT,
        providers: cleanup.use(await setProviders(dataFolder, options.libraries)),
        receipts: {
          log: cleanup.use(new ReceiptLog(join(dataFolder, 'receipts'), logger)),
          review: {
            view: null,
            refresh: async () => {},
            trustKey: async () => {
              throw new GataError('gateway-unreachable', 'There is no gateway.');
            },
          },
        },
        wallet: wallet.keys,
        walletActions: wallet.network?.desk ?? null,
        governance: openGovernance(wallet),
        walletOverview: wallet.overview,
        status: new StatusBoard({
          ...shared,
          gatewayUrl: 'http://127.0.0.1:9',
          embedded: true,
        }),
        shutDown: () => {
          state.shutdowns++;
        },
        logger,
      },
      options.port ?? 0,
    ),
  );
  const url = `http://127.0.0.1:${server.port}`;
  return {
    server,
    url,
    tokens,
    compute,
    games,
    gpus,
    installedGames,
    policy,
    settings,
    notices,
    wallet: wallet.keys,
    walletOverview: wallet.overview,
    dataFolder,
    get shutdowns() {
      return state.shutdowns;
    },
    request: (method, path, { body, token = tokens.ui } = {}) =>
      fetch(url + path, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

/** The agent's wallet on a network, or the keys of one on a network that is nowhere. */
function openTestWallet(
  parts: {
    dataFolder: string;
    settings: SettingsStore;
    notices: NoticeBoard;
    network: TestNetwork | undefined;
  },
  cleanup: AsyncDisposableStack,
): Omit<OpenedWallet, typeof Symbol.asyncDispose> {
  const { dataFolder, settings, notices, network } = parts;
  const programsFolder = join(import.meta.dirname, '../..');
  const shared = { dataFolder, clock: systemClock, logger: pino({ enabled: false }) };
  if (network !== undefined) {
    const { profile, gatewayUrl, rpcTimeoutMs } = network;
    const networkProfilePath = join(dataFolder, 'profile.json');
    writeFileSync(networkProfilePath, JSON.stringify(profile));
    return cleanup.use(
      openWallet({
        ...{ ...shared, programsFolder, gatewayUrl, networkProfilePath, notices },
        store: settings,
        mechanisms: undefined,
        statements: null,
        rpcTimeoutMs,
      }),
    );
  }
  const keys = cleanup.use(
    openWalletKeys({
      ...shared,
      signerEntry: join(programsFolder, 'out/signer/main.js'),
      profile: TEST_PROFILE,
      settings: () => settings.current.wallet,
      changeSettings: (change) => void settings.update(change),
    }),
  );
  const overview = cleanup.use(
    new WalletOverviewBoard({ ...shared, keys, settings, network: null, statements: null }),
  );
  overview.start();
  return { keys, overview, network: null };
}
