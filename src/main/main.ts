import { homedir } from 'node:os';
import {
  app,
  BaseWindow,
  BrowserWindow,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  Notification,
  nativeTheme,
  powerMonitor,
  protocol,
  screen,
  session,
  shell,
  Tray,
} from 'electron';
import ElectronStore from 'electron-store';
import { GataError } from '../shared/gata-error.ts';
import { startShell } from './compose.ts';
import type { WindowStateStore } from './dashboard-window.ts';
import { windowStateSchema } from './window-state.ts';

/** A damaged file costs the window's place, nothing more. */
function openWindowStateStore(folder: string): WindowStateStore {
  const store = new ElectronStore({ cwd: folder, name: 'window', clearInvalidConfig: true });
  return {
    get: () => windowStateSchema.safeParse(store.get('dashboard')).data,
    set: (state) => store.set('dashboard', state),
  };
}

// Not awaited: Electron gets ready only after this module has been evaluated.
startShell(
  {
    app,
    BaseWindow,
    BrowserWindow,
    globalShortcut,
    ipcMain,
    Menu,
    Notification,
    nativeTheme,
    powerMonitor,
    protocol,
    screen,
    session,
    shell,
    Tray,
  },
  {
    platform: process.platform,
    args: process.argv.slice(1),
    executable: process.execPath,
    workingFolder: process.cwd(),
    homeFolder: homedir(),
    resourcesFolder: process.resourcesPath,
    environment: process.env,
    openWindowStateStore,
  },
).catch((error: unknown) => {
  dialog.showErrorBox('Gata could not start', GataError.from(error).message);
  app.exit(1);
});
