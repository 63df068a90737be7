import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type { ShellElectron } from '../../src/main/shell-electron.ts';
import type { TrayMenuItem } from '../../src/main/tray-menu.ts';

/**
 * Electron without its binary: everything the shell uses of it, recorded. Its classes keep to Electron's own
 * declarations (`satisfies` and the types below), and main.ts gives the same shell the real module, so the
 * compiler holds both to one shape.
 */

type Options = Electron.BrowserWindowConstructorOptions;

export class FakeMenu {
  readonly items: readonly TrayMenuItem[];

  constructor(items: readonly TrayMenuItem[]) {
    this.items = items;
  }

  /** Chooses the item with this label, in a submenu too. @throws Error when there is none, or it is disabled. */
  choose(label: string): void {
    const item = [...this.items, ...this.items.flatMap((parent) => parent.submenu ?? [])].find(
      (candidate) => candidate.label === label,
    );
    if (item?.click === undefined || item.enabled === false) throw new Error(`"${label}" cannot be chosen.`);
    item.click();
  }

  labels(): string[] {
    return this.items.flatMap((item) => item.label ?? []);
  }
}

class FakeTray extends EventEmitter {
  image: string;
  toolTip = '';
  menu: FakeMenu | null = null;
  menusSet = 0;
  imagesSet = 0;
  isDestroyed = false;

  constructor(image: string) {
    super();
    this.image = image;
  }

  setImage(image: string): void {
    this.image = image;
    this.imagesSet += 1;
  }

  setToolTip(text: string): void {
    this.toolTip = text;
  }

  setContextMenu(menu: FakeMenu | null): void {
    this.menu = menu;
    this.menusSet += 1;
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}

export class FakeContents extends EventEmitter {
  readonly sent: unknown[][] = [];
  openHandler: ((details: { url: string }) => Electron.WindowOpenHandlerResponse) | undefined;

  send(...message: unknown[]): void {
    this.sent.push(message);
  }

  setWindowOpenHandler(handler: (details: { url: string }) => Electron.WindowOpenHandlerResponse): void {
    this.openHandler = handler;
  }
}

class FakeBrowserWindow extends EventEmitter {
  readonly options: Options;
  readonly webContents = new FakeContents();
  readonly calls: string[] = [];
  url = '';
  bounds: Electron.Rectangle = { x: 10, y: 20, width: 900, height: 600 };
  minimized = false;
  maximized = false;

  constructor(options: Options) {
    super();
    this.options = options;
  }

  async loadURL(url: string): Promise<void> {
    this.url = url;
  }

  show(): void {
    this.calls.push('show');
  }

  focus(): void {
    this.calls.push('focus');
  }

  restore(): void {
    this.minimized = false;
    this.calls.push('restore');
  }

  maximize(): void {
    this.maximized = true;
  }

  removeMenu(): void {
    this.calls.push('removeMenu');
  }

  destroy(): void {
    this.emit('closed');
  }

  /** As when the user closes it. */
  close(): void {
    this.emit('close');
    this.destroy();
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  getNormalBounds(): Electron.Rectangle {
    return this.bounds;
  }
}

class FakeBaseWindow extends EventEmitter {
  isDestroyed = false;

  destroy(): void {
    this.isDestroyed = true;
  }
}

class FakeNotification extends EventEmitter {
  readonly title: string;
  readonly body: string;
  readonly actions: readonly string[];
  isShown = false;
  isClosed = false;

  constructor(options: Electron.NotificationConstructorOptions) {
    super();
    this.title = options.title ?? '';
    this.body = options.body ?? '';
    this.actions = options.actions?.map(({ text }) => text ?? '') ?? [];
  }

  show(): void {
    this.isShown = true;
  }

  close(): void {
    this.isClosed = true;
  }

  /** As when the user presses a button of it. */
  press(text: string): void {
    this.emit('action', { actionIndex: this.actions.indexOf(text) });
  }
}

/** Every program's global shortcuts; those of others are in `taken`. */
class FakeGlobalShortcut {
  readonly taken = new Set<string>();
  readonly registered = new Map<string, () => void>();

  register(accelerator: string, callback: () => void): boolean {
    if (this.taken.has(accelerator)) return false;
    this.registered.set(accelerator, callback);
    return true;
  }

  unregister(accelerator: string): void {
    this.registered.delete(accelerator);
  }

  /** As when the user presses the keys. */
  press(accelerator: string): void {
    this.registered.get(accelerator)?.();
  }
}

/** Only one of the apps that share a holder gets the lock, as with one `userData` folder. */
export class FakeLockHolder {
  app: FakeApp | undefined;
}

export class FakeApp extends EventEmitter {
  readonly isPackaged = false;
  readonly paths: Record<string, string> = {};
  readonly loginItems: Electron.Settings[] = [];
  readonly #appPath: string;
  readonly #lock: FakeLockHolder;
  isAccelerated = true;
  hasQuit = false;
  userModelId = '';

  constructor(appPath: string, lock: FakeLockHolder) {
    super();
    this.#appPath = appPath;
    this.#lock = lock;
  }

  getAppPath(): string {
    return this.#appPath;
  }

  setPath(name: string, folder: string): void {
    this.paths[name] = folder;
  }

  setAppUserModelId(id: string): void {
    this.userModelId = id;
  }

  disableHardwareAcceleration(): void {
    this.isAccelerated = false;
  }

  async whenReady(): Promise<void> {}

  requestSingleInstanceLock(additionalData: unknown): boolean {
    if (this.#lock.app !== undefined) {
      this.#lock.app.emit('second-instance', {}, [], '/', additionalData);
      return false;
    }
    this.#lock.app = this;
    return true;
  }

  getLoginItemSettings(options?: Electron.LoginItemSettingsOptions): { openAtLogin: boolean } {
    const item = this.loginItems.findLast((candidate) => candidate.path === options?.path);
    return { openAtLogin: item?.openAtLogin ?? false };
  }

  setLoginItemSettings(settings: Electron.Settings): void {
    this.loginItems.push(settings);
  }

  quit(): void {
    const event = new PreventableEvent();
    this.emit('before-quit', event);
    if (!event.isPrevented) this.hasQuit = true;
  }
}

/** The event that a listener may prevent. */
export class PreventableEvent {
  readonly url: string;
  isPrevented = false;

  constructor(url = '') {
    this.url = url;
  }

  preventDefault(): void {
    this.isPrevented = true;
  }
}

type PermissionRequest = Parameters<
  NonNullable<
    Parameters<ShellElectron<FakeMenu>['session']['defaultSession']['setPermissionRequestHandler']>[0]
  >
>;

export class FakeSession extends EventEmitter {
  requestHandler: ((...request: PermissionRequest) => void) | undefined;
  checkHandler: ((contents: unknown, permission: string, origin: string) => boolean) | undefined;
  deviceHandler: (() => boolean) | undefined;

  setPermissionRequestHandler(handler: (...request: PermissionRequest) => void): void {
    this.requestHandler = handler;
  }

  setPermissionCheckHandler(
    handler: (contents: unknown, permission: string, origin: string) => boolean,
  ): void {
    this.checkHandler = handler;
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.deviceHandler = handler;
  }
}

class FakeNativeTheme extends EventEmitter {
  themeSource: 'system' | 'light' | 'dark' = 'system';
  shouldUseDarkColors = false;
  shouldUseDarkColorsForSystemIntegratedUI = false;
}

type IpcListener = Parameters<ShellElectron<FakeMenu>['ipcMain']['handle']>[1];

export class FakeIpcMain {
  readonly handlers = new Map<string, IpcListener>();

  handle(channel: string, listener: IpcListener): void {
    this.handlers.set(channel, listener);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }

  /** As when a frame with this URL invokes the channel. */
  async invokeFrom(url: string, channel: string, ...args: unknown[]): Promise<unknown> {
    return this.handlers.get(channel)?.({ senderFrame: { url, parent: null } }, ...args);
  }
}

class FakeProtocol {
  schemes: Electron.CustomScheme[] = [];
  readonly handlers = new Map<string, (request: Request) => Promise<Response>>();

  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    this.schemes = schemes;
  }

  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    this.handlers.set(scheme, handler);
  }
}

/** One fake Electron is one run of the app. */
export function fakeElectron(appPath: string, lock: FakeLockHolder = new FakeLockHolder()) {
  const trays: FakeTray[] = [];
  const windows: FakeBrowserWindow[] = [];
  const baseWindows: FakeBaseWindow[] = [];
  const notifications: FakeNotification[] = [];
  const opened: string[] = [];
  const app = new FakeApp(appPath, lock);
  const electron = {
    app,
    BaseWindow: class extends FakeBaseWindow {
      constructor() {
        super();
        baseWindows.push(this);
      }
    },
    BrowserWindow: class extends FakeBrowserWindow {
      constructor(options: Options) {
        super(options);
        windows.push(this);
        app.emit('web-contents-created', {}, this.webContents);
      }
    },
    globalShortcut: new FakeGlobalShortcut(),
    ipcMain: new FakeIpcMain(),
    Menu: {
      buildFromTemplate: (template: TrayMenuItem[]) => new FakeMenu(template),
      setApplicationMenu: (_menu: null) => {},
    },
    nativeTheme: new FakeNativeTheme(),
    Notification: class extends FakeNotification {
      constructor(options: Electron.NotificationConstructorOptions) {
        super(options);
        notifications.push(this);
      }

      static isSupported(): boolean {
        return true;
      }
    },
    powerMonitor: new EventEmitter(),
    protocol: new FakeProtocol(),
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }] },
    session: { defaultSession: new FakeSession() },
    shell: {
      openExternal: async (url: string) => {
        opened.push(url);
      },
    },
    Tray: class extends FakeTray {
      constructor(image: string) {
        super(image);
        trays.push(this);
      }
    },
  } satisfies ShellElectron<FakeMenu>;
  return { ...electron, trays, windows, baseWindows, notifications, opened };
}
