import type { Settings } from '../shared/settings.ts';
import type { DashboardElectron } from './dashboard-window.ts';
import type { HotKeyShortcuts } from './hot-key.ts';
import type { LoginItemApp } from './login-item.ts';
import type { NotificationElectron } from './notifications.ts';
import type { QuittingApp } from './orderly-quit.ts';
import type { HardenableContents, HardenableSession } from './security.ts';
import type { SessionEndElectron } from './session-end.ts';
import type { SingleInstanceApp } from './single-instance.ts';
import type { TrayElectron } from './tray.ts';
import type { WindowIpc } from './window-ipc.ts';

/** What the shell needs of Electron's app. */
interface ShellApp extends SingleInstanceApp, LoginItemApp, QuittingApp {
  readonly isPackaged: boolean;
  getAppPath(): string;
  setPath(name: 'userData', folder: string): void;
  setAppUserModelId(id: string): void;
  disableHardwareAcceleration(): void;
  whenReady(): Promise<void>;
  on: SingleInstanceApp['on'] &
    QuittingApp['on'] & {
      (event: 'window-all-closed', listener: () => void): unknown;
      (
        event: 'web-contents-created',
        listener: (event: unknown, contents: HardenableContents) => void,
      ): unknown;
    };
}

/** All that the shell needs of Electron; the real module fits it, and so does the one of the tests. */
export interface ShellElectron<Menu>
  extends TrayElectron<Menu>,
    DashboardElectron,
    NotificationElectron,
    SessionEndElectron {
  readonly app: ShellApp;
  readonly globalShortcut: HotKeyShortcuts;
  readonly ipcMain: WindowIpc;
  readonly Menu: TrayElectron<Menu>['Menu'] & { setApplicationMenu(menu: null): void };
  readonly nativeTheme: DashboardElectron['nativeTheme'] & {
    themeSource: Settings['appearance']['theme'];
    readonly shouldUseDarkColorsForSystemIntegratedUI: boolean;
    on(event: 'updated', listener: () => void): unknown;
  };
  readonly protocol: {
    registerSchemesAsPrivileged(
      schemes: { scheme: string; privileges: Record<'standard' | 'secure' | 'supportFetchAPI', boolean> }[],
    ): void;
    handle(scheme: string, handler: (request: Request) => Promise<Response>): void;
  };
  readonly shell: { openExternal(url: string): Promise<void> };
  readonly session: { readonly defaultSession: HardenableSession };
}
