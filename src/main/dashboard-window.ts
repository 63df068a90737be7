import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import type { Logger } from 'pino';
import { SHELL_ORIGIN, SHOW_SCREEN_CHANNEL, type ShownScreen } from '../shared/shell-contract.ts';
import { secureWebPreferences } from './security.ts';
import { placeWindow, SMALLEST_WINDOW, type WindowState } from './window-state.ts';

/** What the window's owner needs of Electron's BrowserWindow. */
export interface DashboardBrowserWindow {
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  restore(): void;
  maximize(): void;
  removeMenu(): void;
  destroy(): void;
  isMinimized(): boolean;
  isMaximized(): boolean;
  getNormalBounds(): Rectangle;
  on(event: 'close' | 'closed', listener: () => void): unknown;
  once(event: 'ready-to-show', listener: () => void): unknown;
  readonly webContents: { send(channel: string, ...args: unknown[]): void };
}

export interface DashboardElectron {
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => DashboardBrowserWindow;
  readonly screen: { getAllDisplays(): readonly { readonly workArea: Rectangle }[] };
  readonly nativeTheme: { readonly shouldUseDarkColors: boolean };
}

/** Where the window's place is kept between two runs. */
export interface WindowStateStore {
  get(): WindowState | undefined;
  set(state: WindowState): void;
}

export interface DashboardWindowOptions {
  /** Absolute path of the bundled preload. */
  readonly preload: string;
  /** Absolute path of the app's icon. */
  readonly icon: string;
  readonly store: WindowStateStore;
  /** The window is gone, and with it all that its page had begun. */
  readonly onClosed: () => void;
  readonly log: Logger;
}

/** The dashboard's addresses of what it is opened at. */
const FRAGMENTS: Readonly<Record<ShownScreen, string>> = {
  home: '',
  settings: '#/settings',
  wallet: '#/wallet',
  claim: '#/wallet/claim',
  governance: '#/governance',
};

/** The page's own `--color-ground`, so that the window does not flash before the page is drawn. */
const LIGHT_BACKGROUND = '#f5f3ec';
const DARK_BACKGROUND = '#101312';

/** The dashboard's one window: made when asked for, destroyed when closed, so that it costs nothing in the tray. */
export class DashboardWindow implements Disposable {
  readonly #electron: DashboardElectron;
  readonly #options: DashboardWindowOptions;
  #window: DashboardBrowserWindow | undefined;

  constructor(electron: DashboardElectron, options: DashboardWindowOptions) {
    this.#electron = electron;
    this.#options = options;
  }

  /** Opens the window, or brings it to the front; at a screen, if one is given. */
  open(screen?: ShownScreen): void {
    if (this.#window === undefined) {
      this.#window = this.#create(screen);
      return;
    }
    if (screen !== undefined) this.send(SHOW_SCREEN_CHANNEL, screen);
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  /** Sends to the page, if there is one. */
  send(channel: string, ...args: unknown[]): void {
    this.#window?.webContents.send(channel, ...args);
  }

  [Symbol.dispose](): void {
    this.#window?.destroy();
    this.#window = undefined;
  }

  #create(screen: ShownScreen = 'home'): DashboardBrowserWindow {
    const { store, preload, icon, log, onClosed } = this.#options;
    const state = store.get();
    const workAreas = this.#electron.screen.getAllDisplays().map((display) => display.workArea);
    const window = new this.#electron.BrowserWindow({
      ...placeWindow(state, workAreas),
      minWidth: SMALLEST_WINDOW.width,
      minHeight: SMALLEST_WINDOW.height,
      title: 'Gata',
      icon,
      show: false,
      autoHideMenuBar: true,
      backgroundColor: this.#electron.nativeTheme.shouldUseDarkColors ? DARK_BACKGROUND : LIGHT_BACKGROUND,
      webPreferences: secureWebPreferences(preload),
    });
    window.removeMenu();
    window.once('ready-to-show', () => {
      if (state?.isMaximized) window.maximize();
      window.show();
    });
    window.on('close', () => {
      store.set({ bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
    });
    window.on('closed', () => {
      if (this.#window === window) this.#window = undefined;
      onClosed();
    });
    window.loadURL(`${SHELL_ORIGIN}/${FRAGMENTS[screen]}`).catch((error: unknown) => {
      log.error({ err: error }, 'the dashboard could not be loaded');
    });
    return window;
  }
}
