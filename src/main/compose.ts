import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../shared/clock.ts';
import { defaultDataFolder } from '../shared/default-data-folder.ts';
import { GataError } from '../shared/gata-error.ts';
import {
  ENDPOINT_CHANGE_CHANNEL,
  ENDPOINT_CHANNEL,
  HOT_KEY_CAPTURE_CHANNEL,
  HOT_KEY_CHANGE_CHANNEL,
  HOT_KEY_CHANNEL,
  SHELL_ORIGIN,
} from '../shared/shell-contract.ts';
import type { WalletOverview } from '../shared/wallet-overview.ts';
import type { AgentClient } from './agent-client.ts';
import { agentCommand } from './agent-command.ts';
import { AgentLink } from './agent-link.ts';
import { AgentProcess } from './agent-process.ts';
import type { AgentView } from './agent-view.ts';
import { parseShellArguments } from './command-line.ts';
import { DashboardWindow, type WindowStateStore } from './dashboard-window.ts';
import { GameQuestions } from './game-questions.ts';
import { HotKey } from './hot-key.ts';
import { hotKeyProblem, outcomeAnnouncement, pressHotKey } from './hot-key-press.ts';
import { launchCommand } from './launch-command.ts';
import { AutostartLoginItem, type LoginItem, SystemLoginItem } from './login-item.ts';
import { type Announcement, Notifications } from './notifications.ts';
import { quitAfter } from './orderly-quit.ts';
import { serveRendererFile } from './renderer-files.ts';
import { hardenContents, hardenSession, isExplorerPage } from './security.ts';
import { SessionEnd } from './session-end.ts';
import type { ShellElectron } from './shell-electron.ts';
import { openShellLog } from './shell-log.ts';
import { becomeSingleInstance } from './single-instance.ts';
import { ShellTray } from './tray.ts';
import { TrayClaim } from './tray-claim.ts';
import { answerDashboard } from './window-ipc.ts';

/** Where and how this process runs. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  /** Without the executable. */
  readonly args: readonly string[];
  readonly executable: string;
  readonly workingFolder: string;
  readonly homeFolder: string;
  readonly resourcesFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The store of window places in the given folder. */
  readonly openWindowStateStore: (folder: string) => WindowStateStore;
}

/** Windows groups notifications and taskbar buttons by it; electron-builder.yml gives the installer the same. */
const APP_ID = 'gata.desktop';

/**
 * Starts the desktop shell; resolves when it is in the tray, or when it left the field to an instance that
 * runs already. It ends itself through `app.quit()`.
 * @throws GataError for a bad command line or an unusable data folder.
 */
export async function startShell<Menu>(
  electron: ShellElectron<Menu>,
  surroundings: Surroundings,
): Promise<void> {
  const { app, nativeTheme } = electron;
  const { platform, environment } = surroundings;
  const shellArguments = parseShellArguments(surroundings.args, surroundings.workingFolder);
  const dataFolder =
    shellArguments.dataFolder ?? defaultDataFolder(platform, environment, surroundings.homeFolder);
  const shellFolder = path.join(dataFolder, 'shell');
  makeFolder(shellFolder);

  // All of this only counts before Electron is ready. One instance per data folder: the lock lies in userData.
  app.setPath('userData', shellFolder);
  app.setAppUserModelId(APP_ID);
  // The graphics card is for games and for compute.
  app.disableHardwareAcceleration();
  electron.Menu.setApplicationMenu(null);
  electron.protocol.registerSchemesAsPrivileged([
    {
      scheme: new URL(SHELL_ORIGIN).protocol.slice(0, -1),
      privileges: { standard: true, secure: true, supportFetchAPI: true },
    },
  ]);
  app.on('web-contents-created', (_event, contents) =>
    hardenContents(contents, (url) => {
      if (isExplorerPage(url, walletOf(link.view)?.explorerUrl)) {
        attempt('opening the explorer', () => electron.shell.openExternal(url));
      }
    }),
  );
  // The app stays in the tray.
  app.on('window-all-closed', () => {});

  if (!becomeSingleInstance(app, { hidden: shellArguments.hidden }, () => dashboard.open())) {
    app.quit();
    return;
  }

  const parts = new DisposableStack();
  const { logger: log } = parts.use(openShellLog(dataFolder));
  const appFolder = app.getAppPath();
  const iconFolder = path.join(appFolder, 'assets', 'icons');
  const installation = { ...surroundings, isPackaged: app.isPackaged, appFolder };
  const link = new AgentLink(
    new AgentProcess({
      dataFolder,
      command: agentCommand(installation, dataFolder, shellArguments.agentArguments),
      log,
    }),
    log,
  );
  const hotKey = parts.use(new HotKey(electron.globalShortcut, log));
  const dashboard = new DashboardWindow(electron, {
    preload: path.join(appFolder, 'out', 'preload', 'preload.cjs'),
    icon: path.join(iconFolder, 'app.png'),
    store: surroundings.openWindowStateStore(shellFolder),
    onClosed: () => hotKey.setCapturing(false),
    log,
  });
  const command = launchCommand(installation, shellArguments);
  const loginItem: LoginItem =
    platform === 'linux'
      ? new AutostartLoginItem(
          environment.XDG_CONFIG_HOME || path.join(surroundings.homeFolder, '.config'),
          command,
        )
      : new SystemLoginItem(app, command);

  await app.whenReady();
  hardenSession(electron.session.defaultSession);
  const rendererFolder = path.join(appFolder, 'out', 'renderer');
  electron.protocol.handle('app', (request) => serveRendererFile(rendererFolder, request));

  const attempt = (what: string, action: () => Promise<void>) => {
    action()
      .catch((error: unknown) => log.error({ err: error }, `${what} failed`))
      .finally(() => tray.show(link.view));
  };
  const withAgent = async (action: (client: AgentClient) => Promise<void>) => {
    if (link.client === undefined) throw new GataError('agent-unreachable', 'The agent is not running.');
    await action(link.client);
  };
  const answerGameQuestion = (key: string, choice: 'pause' | 'ignore') =>
    attempt('answering for a game', () => withAgent((client) => client.chooseForGame({ key, choice })));
  const { ipcMain } = electron;
  parts.use(answerDashboard(ipcMain, ENDPOINT_CHANNEL, () => link.client?.endpoint ?? null));
  parts.use(answerDashboard(ipcMain, HOT_KEY_CHANNEL, () => hotKey.state));
  parts.use(
    answerDashboard(ipcMain, HOT_KEY_CAPTURE_CHANNEL, (active) => hotKey.setCapturing(active === true)),
  );
  parts.use(dashboard);
  const tray = parts.use(
    new ShellTray(electron, link.view, {
      iconFolder: path.join(iconFolder, 'tray'),
      platform,
      clock: systemClock,
      // Linux cannot say; its panels are dark nearly everywhere, and the icons have an outline for the others.
      isBarDark: () => platform === 'linux' || nativeTheme.shouldUseDarkColorsForSystemIntegratedUI,
      isStartedAtLogin: () => loginItem.isEnabled(),
      actions: {
        pause: (request) => attempt('pausing', () => withAgent((client) => client.pause(request))),
        resume: () => attempt('resuming', () => withAgent((client) => client.resume())),
        openDashboard: () => dashboard.open(),
        claim: (kind) => void claims.claim(kind, link.client, walletOf(link.view)),
        openWallet: () => dashboard.open('wallet'),
        openGovernance: () => dashboard.open('governance'),
        answerGameQuestion,
        setStartAtLogin: (enabled) => attempt('the login item', () => loginItem.setEnabled(enabled)),
        quit: () => app.quit(),
      },
    }),
  );
  const notifications = new Notifications(electron, path.join(iconFolder, 'app.png'), (screen) =>
    dashboard.open(screen),
  );
  const announce = (announcement: Announcement) => notifications.announce(announcement);
  const claims = new TrayClaim({ announce, openDashboard: (screen) => dashboard.open(screen) });
  const questions = new GameQuestions({ announce, answer: answerGameQuestion });
  parts.use(
    new SessionEnd(electron, {
      platform,
      handBack: () => link.stop(),
      carryOn: () => link.start(),
      log,
    }),
  );

  nativeTheme.on('updated', () => {
    if (!parts.disposed) tray.show(link.view);
  });
  link.on('settings', (settings) => {
    nativeTheme.themeSource = settings.appearance.theme;
    hotKey.set(settings.idle.hotKey);
    questions.answered(settings.games.choices);
  });
  link.on('endpoint', (endpoint) => dashboard.send(ENDPOINT_CHANGE_CHANNEL, endpoint));
  link.on('view', (view) => {
    tray.show(view);
    if (view.kind !== 'connected') return;
    notifications.show(view.status);
    questions.show(view.status);
    if (view.wallet !== undefined) claims.show(view.wallet);
  });
  hotKey.on('change', (state) => {
    dashboard.send(HOT_KEY_CHANGE_CHANNEL, state);
    const problem = hotKeyProblem(state, platform);
    if (problem !== undefined) announce(problem);
  });
  let takeOutcomeAway = () => {};
  hotKey.on('press', () => {
    pressHotKey(link.view, link.client).then((outcome) => {
      if (outcome.kind === 'failed') log.error({ err: outcome.error }, 'the hot key did nothing');
      takeOutcomeAway();
      takeOutcomeAway = announce(outcomeAnnouncement(outcome, hotKey.state.hotKey, platform));
    });
  });

  quitAfter(app, async () => {
    try {
      await link.stop();
    } catch (error) {
      log.error({ err: error }, 'the agent could not be ended');
    }
    link.removeAllListeners();
    parts.dispose();
  });

  link.start();
  if (!shellArguments.hidden) dashboard.open();
}

function walletOf(view: AgentView): WalletOverview | undefined {
  return view.kind === 'connected' ? view.wallet : undefined;
}

function makeFolder(folder: string): void {
  try {
    // The data folder is the user's alone, whichever program of ours makes it.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new GataError(
      'data-folder-unusable',
      `Gata cannot write to ${folder}. Make the folder writable, or choose another with --data-dir.`,
      { cause: error },
    );
  }
}
