import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startShell } from '../../src/main/compose.ts';
import type { WindowState } from '../../src/main/window-state.ts';
import {
  ENDPOINT_CHANGE_CHANNEL,
  ENDPOINT_CHANNEL,
  HOT_KEY_CAPTURE_CHANNEL,
  HOT_KEY_CHANNEL,
} from '../../src/shared/shell-contract.ts';
import { FakeLockHolder, fakeElectron, PreventableEvent } from '../support/fake-electron.ts';
import { scriptedAgentEvents } from '../support/scripted-agent-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const repository = path.resolve(import.meta.dirname, '../..');

/** A folder with what the shell finds beside itself: Node, an agent, the dashboard. */
function appFolderIn(folder: string): string {
  const appFolder = path.join(folder, 'app');
  if (existsSync(appFolder)) return appFolder;
  mkdirSync(path.join(appFolder, 'out', 'agent'), { recursive: true });
  mkdirSync(path.join(appFolder, 'out', 'renderer'), { recursive: true });
  mkdirSync(path.join(appFolder, 'node_modules'));
  symlinkSync(
    path.join(repository, 'node_modules', 'node'),
    path.join(appFolder, 'node_modules', 'node'),
    'junction',
  );
  const agent = pathToFileURL(path.join(repository, 'test', 'support', 'scripted-agent.ts'));
  writeFileSync(path.join(appFolder, 'package.json'), '{"type":"module"}');
  writeFileSync(path.join(appFolder, 'out', 'agent', 'main.js'), `await import('${agent}');`);
  writeFileSync(path.join(appFolder, 'out', 'renderer', 'index.html'), '<title>Gata</title>');
  return appFolder;
}

async function start(
  folder: string,
  args: string[] = [],
  lock = new FakeLockHolder(),
  electron = fakeElectron(appFolderIn(folder), lock),
) {
  const dataFolder = path.join(folder, 'data');
  const places: WindowState[] = [];
  await startShell(electron, {
    platform: 'linux',
    args: ['.', '--data-dir', dataFolder, ...args],
    executable: '/opt/electron',
    workingFolder: folder,
    homeFolder: folder,
    resourcesFolder: folder,
    environment: { ...process.env, XDG_CONFIG_HOME: path.join(folder, 'config') },
    openWindowStateStore: () => ({ get: () => places.at(-1), set: (place) => places.push(place) }),
  });
  const quit = async () => {
    electron.app.quit();
    await expect.poll(() => electron.app.hasQuit, { timeout: 10_000 }).toBe(true);
  };
  return { electron, dataFolder, [Symbol.asyncDispose]: quit };
}

describe('the desktop shell', () => {
  test('goes from the first start to an orderly end', async () => {
    using folder = temporaryFolder();
    const shell = await start(folder.path, ['--gateway', 'http://127.0.0.1:1']);
    const { electron, dataFolder } = shell;
    const [tray] = electron.trays;
    const [window] = electron.windows;
    expect(window?.url).toBe('app://gata/');
    expect(electron.app.isAccelerated).toBe(false);
    expect(electron.app.paths.userData).toBe(path.join(dataFolder, 'shell'));
    expect(electron.protocol.schemes.map((scheme) => scheme.scheme)).toEqual(['app']);

    await expect.poll(() => tray?.toolTip, { timeout: 10_000 }).toBe('Gata: Ready: waiting for a job');
    const endpoint = await electron.ipcMain.invokeFrom('app://gata/', ENDPOINT_CHANNEL);
    expect(endpoint).toEqual({ baseUrl: expect.stringMatching(/^http/), token: 'ui-token' });
    expect(window?.webContents.sent).toContainEqual([ENDPOINT_CHANGE_CHANNEL, endpoint]);
    expect(electron.nativeTheme.themeSource).toBe('dark');

    tray?.menu?.choose('For 1 hour');
    await expect.poll(() => tray?.toolTip).toBe('Gata: Paused: You paused it');
    tray?.menu?.choose('Resume');
    await expect.poll(() => tray?.toolTip).toBe('Gata: Ready: waiting for a job');

    tray?.menu?.choose('Quit Gata');
    await expect.poll(() => electron.app.hasQuit, { timeout: 10_000 }).toBe(true);
    expect(tray?.isDestroyed).toBe(true);
    expect(scriptedAgentEvents(dataFolder)).toEqual([
      'started',
      'pause {"minutes":60}',
      'resume',
      'shutdown',
    ]);
  });

  test('stays in the tray when hidden, and opens when started again', async () => {
    using folder = temporaryFolder();
    const lock = new FakeLockHolder();
    await using shell = await start(folder.path, ['--hidden'], lock);
    expect(shell.electron.windows).toHaveLength(0);
    const second = await start(folder.path, [], lock);
    expect(second.electron.app.hasQuit).toBe(true);
    expect(second.electron.trays).toHaveLength(0);
    expect(shell.electron.windows).toHaveLength(1);
  });

  test('hardens every page and serves its own files only', async () => {
    using folder = temporaryFolder();
    await using shell = await start(folder.path);
    const contents = shell.electron.windows[0]?.webContents;
    const away = new PreventableEvent('https://gata.example/');
    contents?.emit('will-navigate', away);
    expect(away.isPrevented).toBe(true);
    expect(contents?.openHandler?.({ url: 'https://gata.example/' })).toEqual({ action: 'deny' });
    expect(shell.electron.session.defaultSession.checkHandler?.(null, 'media', 'app://gata')).toBe(false);
    const serve = shell.electron.protocol.handlers.get('app');
    expect(await (await serve?.(new Request('app://gata/')))?.text()).toBe('<title>Gata</title>');
    expect((await serve?.(new Request('app://gata/..%2fagent%2fmain.js')))?.status).toBe(404);
  });

  test('pauses and resumes with the hot key, and says so', async () => {
    using folder = temporaryFolder();
    await using shell = await start(folder.path, ['--hidden']);
    const { globalShortcut, notifications, trays } = shell.electron;
    const keys = 'CommandOrControl+Alt+P';
    await expect.poll(() => [...globalShortcut.registered.keys()], { timeout: 10_000 }).toEqual([keys]);
    await expect.poll(() => trays[0]?.toolTip).toBe('Gata: Ready: waiting for a job');
    globalShortcut.press(keys);
    await expect.poll(() => notifications.at(-1)?.title).toBe('Gata is paused');
    await expect.poll(() => trays[0]?.toolTip).toBe('Gata: Paused: You paused it');
    globalShortcut.press(keys);
    await expect.poll(() => notifications.at(-1)?.title).toBe('Your pause is over');
    expect(notifications[0]?.isClosed).toBe(true);
    expect(scriptedAgentEvents(shell.dataFolder)).toEqual(['started', 'pause {"until":"resumed"}', 'resume']);
  });

  test('says that another program has the keys, and leads to Settings', async () => {
    using folder = temporaryFolder();
    const electron = fakeElectron(appFolderIn(folder.path));
    electron.globalShortcut.taken.add('CommandOrControl+Alt+P');
    await using _shell = await start(folder.path, ['--hidden'], new FakeLockHolder(), electron);
    await expect
      .poll(() => electron.notifications.at(-1)?.title, { timeout: 10_000 })
      .toBe('Ctrl+Alt+P does not pause Gata');
    electron.notifications.at(-1)?.emit('click');
    expect(electron.windows[0]?.url).toBe('app://gata/#/settings');
    const state = { hotKey: 'CommandOrControl+Alt+P', state: 'taken' };
    expect(await electron.ipcMain.invokeFrom('app://gata/', HOT_KEY_CHANNEL)).toEqual(state);
    // Closing the window ends a capture that its page began.
    electron.globalShortcut.taken.clear();
    await electron.ipcMain.invokeFrom('app://gata/', HOT_KEY_CAPTURE_CHANNEL, true);
    expect(electron.globalShortcut.registered.size).toBe(0);
    electron.windows[0]?.close();
    expect(electron.globalShortcut.registered.size).toBe(1);
  });

  test('asks whether a program is a game, and passes the answer on', async () => {
    using folder = temporaryFolder();
    mkdirSync(path.join(folder.path, 'data'));
    writeFileSync(path.join(folder.path, 'data', 'ask'), '');
    await using shell = await start(folder.path, ['--hidden']);
    const { notifications } = shell.electron;
    await expect.poll(() => notifications.at(-1)?.title, { timeout: 10_000 }).toBe('Is lantern a game?');
    notifications.at(-1)?.press('No, ignore it');
    await expect
      .poll(() => scriptedAgentEvents(shell.dataFolder).at(-1))
      .toBe('choice {"key":"program:/games/lantern","choice":"ignore"}');
  });

  test('turns the start at sign-in on from the tray', async () => {
    using folder = temporaryFolder();
    await using shell = await start(folder.path, ['--hidden']);
    const [tray] = shell.electron.trays;
    const isChecked = () => tray?.menu?.items.find((item) => item.type === 'checkbox')?.checked;
    expect(isChecked()).toBe(false);
    tray?.menu?.choose('Start when I sign in');
    await expect.poll(isChecked).toBe(true);
  });

  test('shows in the tray why the agent does not start', async () => {
    using folder = temporaryFolder();
    mkdirSync(path.join(folder.path, 'data'));
    writeFileSync(path.join(folder.path, 'data', 'refuse'), '');
    await using shell = await start(folder.path);
    await expect
      .poll(() => shell.electron.trays[0]?.toolTip, { timeout: 10_000 })
      .toContain('Not running: The Gata agent did not start');
    expect(await shell.electron.ipcMain.invokeFrom('app://gata/', ENDPOINT_CHANNEL)).toBeNull();
  });

  test('makes the data folder for its user alone', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no modes; the folder is in the user profile.');
    using folder = temporaryFolder();
    await using shell = await start(folder.path, ['--hidden']);
    expect(statSync(shell.dataFolder).mode & 0o777).toBe(0o700);
  });

  test('refuses a data folder that it cannot use, and says what to do', async () => {
    using folder = temporaryFolder();
    writeFileSync(path.join(folder.path, 'data'), 'a file is here');
    await expect(start(folder.path)).rejects.toMatchObject({
      code: 'data-folder-unusable',
      message: expect.stringContaining('--data-dir'),
    });
  });
});
