import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { GamePause } from '../../shared/game-pause.ts';
import type { InstalledGame, RefusedFolder } from '../../shared/installed-game.ts';
import type { GameView, GpuHistory, GpusPage, ModelView } from '../../shared/local-api.ts';
import type { CatalogueView } from '../../shared/model-trust.ts';
import type { WalletOverview } from '../../shared/wallet-overview.ts';
import type { EnergyReport } from '../energy/energy-report.ts';
import type { GovernanceReader } from '../governance/governance-reader.ts';
import type { Compute } from '../jobs/compute.ts';
import type { LauncherTokens } from '../launcher/launcher-tokens.ts';
import type { NoticeBoard } from '../notice-board.ts';
import type { PolicyEngine } from '../policy/policy-engine.ts';
import type { ProviderLibraries } from '../providers/libraries/provider-libraries.ts';
import type { ProviderBoard } from '../providers/provider-board.ts';
import type { ReceiptLog } from '../receipts/receipt-log.ts';
import type { StatementReview } from '../receipts/statement-review.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { ActionDesk } from '../wallet/actions/action-desk.ts';
import type { WalletKeys } from '../wallet/keys/wallet-keys.ts';
import type { StatusBoard } from './status-board.ts';
import type { Tokens } from './tokens.ts';

/** What the API needs of the model cache. */
export interface ApiModels {
  list(): ModelView[];
  add(source: string): Promise<ModelView>;
  remove(digest: string): Promise<void>;
  on(event: 'model', listener: (model: ModelView) => void): unknown;
  off(event: 'model', listener: (model: ModelView) => void): unknown;
}

/** What the API needs of who decides which models may run. */
export interface ApiOversight {
  view(): CatalogueView;
  refresh(): Promise<CatalogueView>;
  /** @throws GataError `not-found`, `conflict` or `model-not-admitted`. */
  allow(digest: string): ModelView;
  /** @throws GataError `not-found`. */
  disallow(digest: string): ModelView;
}

/** What the API needs of the game watcher. */
export interface ApiGames {
  running(): readonly GameView[];
  on(event: 'change', listener: () => void): unknown;
  off(event: 'change', listener: () => void): unknown;
}

/** What the API needs of the games that are installed. */
export interface ApiInstalledGames {
  readonly scanning: boolean;
  list(): readonly InstalledGame[];
  refusedFolders(): readonly RefusedFolder[];
  rescan(): Promise<void>;
}

/** What the API needs of the pauses for games. */
interface ApiPauses {
  /** Newest first. */
  list(): readonly GamePause[];
  on(event: 'pause', listener: (pause: GamePause) => void): unknown;
  off(event: 'pause', listener: (pause: GamePause) => void): unknown;
}

/** What the API needs of the graphics cards and of the privileged helper that limits them. */
export interface ApiGpus {
  page(): GpusPage;
  /** undefined: there is no such card. */
  history(uuid: string, seconds: number): GpuHistory | undefined;
  /** @throws GataError `gpu-helper-failed` */
  installHelper(): Promise<void>;
  /** @throws GataError `gpu-helper-failed` */
  removeHelper(): Promise<void>;
  on(event: 'change', listener: () => void): unknown;
  off(event: 'change', listener: () => void): unknown;
}

/** What the API needs of the execution providers. */
export interface ApiProviders {
  readonly board: Pick<ProviderBoard, 'page'>;
  readonly libraries: Pick<ProviderLibraries, 'refresh' | 'download' | 'cancel' | 'importFolder' | 'remove'>;
}

/** What the API needs of the receipts. */
interface ApiReceipts {
  readonly log: Pick<ReceiptLog, 'read' | 'totals'>;
  readonly review: Pick<StatementReview, 'view' | 'refresh' | 'trustKey'>;
}

/** What the API needs of the wallet's overview. */
interface ApiWalletOverview {
  current(): WalletOverview;
  /** A few seconds old at most, if the chain answers soon. */
  fresh(): Promise<WalletOverview>;
  setWatched(isWatched: boolean): void;
  on(event: 'change', listener: () => void): unknown;
  off(event: 'change', listener: () => void): unknown;
}

/** The parts of the agent that the local API shows and steers. */
export interface ApiParts {
  readonly version: string;
  readonly dataFolder: string;
  /** The dashboard's built files; undefined when it was not built. */
  readonly dashboardFolder: string | undefined;
  readonly tokens: Tokens;
  readonly launchers: LauncherTokens;
  readonly policy: PolicyEngine;
  readonly compute: Compute;
  readonly settings: SettingsStore;
  readonly games: ApiGames;
  readonly installedGames: ApiInstalledGames;
  readonly pauses: ApiPauses;
  readonly gpus: ApiGpus;
  readonly energy: EnergyReport;
  readonly models: ApiModels;
  readonly oversight: ApiOversight;
  readonly providers: ApiProviders;
  readonly notices: NoticeBoard;
  readonly status: StatusBoard;
  readonly receipts: ApiReceipts;
  readonly wallet: WalletKeys;
  /** null: no network is configured. */
  readonly walletActions: ActionDesk | null;
  /** null: no network is configured. */
  readonly governance: GovernanceReader | null;
  readonly walletOverview: ApiWalletOverview;
  /** Begins the shutdown; returns at once. */
  readonly shutDown: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}
