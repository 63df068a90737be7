import path from 'node:path';
import { fakeElectron } from './fake-electron.ts';

/**
 * Stands in for the `electron` module when the built shell runs on plain Node (electron-stand-in-hook.ts). When
 * the tray shows an agent, it prints what there is to see, and quits as the user would.
 */
const electron = fakeElectron(path.resolve(import.meta.dirname, '../..'));

export const app = Object.assign(electron.app, {
  getPath: (name: string) => electron.app.paths[name],
  getVersion: () => '0.1.0',
  exit: (code: number) => process.exit(code),
});
export const ipcMain = Object.assign(electron.ipcMain, { on: () => {} });
export const {
  BaseWindow,
  BrowserWindow,
  globalShortcut,
  Menu,
  Notification,
  nativeTheme,
  powerMonitor,
  protocol,
  screen,
  session,
  shell,
  Tray,
} = electron;
export const dialog = {
  showErrorBox: (title: string, content: string) => process.stderr.write(`${title}: ${content}\n`),
};
export default { app, ipcMain, shell };

const timer = setInterval(() => {
  const [tray] = electron.trays;
  if (tray === undefined || tray.toolTip === 'Gata: Starting…') return;
  clearInterval(timer);
  const seen = { toolTip: tray.toolTip, windows: electron.windows.map((window) => window.url) };
  process.stdout.write(`${JSON.stringify(seen)}\n`);
  electron.windows[0]?.close();
  tray.menu?.choose('Quit Gata');
}, 50);
