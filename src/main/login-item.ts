import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { autostartEntry, type LaunchCommand } from './autostart-entry.ts';

/** Whether the app starts when its user signs in. */
export interface LoginItem {
  isEnabled(): boolean;
  setEnabled(enabled: boolean): Promise<void>;
}

/** What the login item needs of Electron's app on Windows and macOS. */
export interface LoginItemApp {
  getLoginItemSettings(options: { path: string; args: string[] }): { openAtLogin: boolean };
  setLoginItemSettings(settings: { openAtLogin: boolean; path: string; args: string[] }): void;
}

/** Windows (a Run key of the user) and macOS. */
export class SystemLoginItem implements LoginItem {
  readonly #app: LoginItemApp;
  readonly #command: { path: string; args: string[] };

  constructor(app: LoginItemApp, command: LaunchCommand) {
    this.#app = app;
    this.#command = { path: command.executable, args: [...command.args] };
  }

  isEnabled(): boolean {
    // Windows finds the entry by its path and arguments.
    return this.#app.getLoginItemSettings(this.#command).openAtLogin;
  }

  async setEnabled(enabled: boolean): Promise<void> {
    this.#app.setLoginItemSettings({ ...this.#command, openAtLogin: enabled });
  }
}

/** Linux desktops: a file in the autostart folder of the XDG specification. */
export class AutostartLoginItem implements LoginItem {
  readonly #file: string;
  readonly #command: LaunchCommand;

  /** @param configFolder `$XDG_CONFIG_HOME`, by default `~/.config`. */
  constructor(configFolder: string, command: LaunchCommand) {
    this.#file = path.join(configFolder, 'autostart', 'gata-desktop.desktop');
    this.#command = command;
  }

  isEnabled(): boolean {
    return existsSync(this.#file);
  }

  async setEnabled(enabled: boolean): Promise<void> {
    if (!enabled) return rm(this.#file, { force: true });
    await mkdir(path.dirname(this.#file), { recursive: true });
    await writeFile(this.#file, autostartEntry(this.#command));
  }
}
