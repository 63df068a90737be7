import path from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { AgentView } from './agent-view.ts';
import { trayIcon, trayIconFile } from './tray-icon.ts';
import { statusLine, type TrayActions, type TrayMenuItem, trayMenu } from './tray-menu.ts';

const TOOL_TIP_LIMIT = 120;
const MENU_INTERVAL_MS = 5000;

/** What the tray needs of Electron; `Menu` is whatever `buildFromTemplate` makes. */
export interface TrayElectron<Menu> {
  readonly Tray: new (
    image: string,
  ) => {
    setImage(image: string): void;
    setToolTip(text: string): void;
    setContextMenu(menu: Menu | null): void;
    on(event: 'click', listener: () => void): unknown;
    destroy(): void;
  };
  readonly Menu: { buildFromTemplate(template: TrayMenuItem[]): Menu };
}

export interface ShellTrayOptions {
  /** Absolute path of `assets/icons/tray`. */
  readonly iconFolder: string;
  readonly platform: NodeJS.Platform;
  readonly actions: TrayActions;
  /** Whether the bar that holds the icon is dark. */
  readonly isBarDark: () => boolean;
  readonly isStartedAtLogin: () => boolean;
  readonly clock: Clock;
}

/** The icon in the system tray and its menu. */
export class ShellTray<Menu> implements Disposable {
  readonly #electron: TrayElectron<Menu>;
  readonly #options: ShellTrayOptions;
  readonly #tray: InstanceType<TrayElectron<Menu>['Tray']>;
  readonly #shown: { image: string; toolTip: string; menu: string };
  #menuSetAt = 0;

  constructor(electron: TrayElectron<Menu>, view: AgentView, options: ShellTrayOptions) {
    this.#electron = electron;
    this.#options = options;
    const image = this.#image(view);
    this.#tray = new electron.Tray(image);
    this.#shown = { image, toolTip: '', menu: '' };
    this.#tray.on('click', () => options.actions.openDashboard());
    this.show(view);
  }

  /**
   * Shows what changed, and only that: a new menu closes the one that is open, so a speed that changes all the
   * time is renewed at intervals.
   */
  show(view: AgentView): void {
    const image = this.#image(view);
    if (image !== this.#shown.image) this.#tray.setImage(image);
    const toolTip = `Gata: ${statusLine(view)}`.slice(0, TOOL_TIP_LIMIT);
    if (toolTip !== this.#shown.toolTip) this.#tray.setToolTip(toolTip);
    const template = trayMenu(view, this.#options.isStartedAtLogin(), this.#options.actions);
    const menu = JSON.stringify(template);
    const now = this.#options.clock.now().getTime();
    const isDue = toolTip !== this.#shown.toolTip || now - this.#menuSetAt >= MENU_INTERVAL_MS;
    if (menu !== this.#shown.menu && isDue) {
      // Linux shows changes only when the menu is set again; the other platforms don't mind.
      this.#tray.setContextMenu(this.#electron.Menu.buildFromTemplate(template));
      this.#menuSetAt = now;
      this.#shown.menu = menu;
    }
    this.#shown.image = image;
    this.#shown.toolTip = toolTip;
  }

  [Symbol.dispose](): void {
    this.#tray.destroy();
  }

  #image(view: AgentView): string {
    const { iconFolder, platform, isBarDark } = this.#options;
    return path.join(iconFolder, trayIconFile(trayIcon(view), platform, isBarDark()));
  }
}
