import { EventEmitter } from 'node:events';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import {
  DEFAULT_SETTINGS,
  type Settings,
  type SettingsChange,
  settingsSchema,
} from '../../shared/settings.ts';
import type { NoticeBoard } from '../notice-board.ts';
import { asWriteError } from '../private-file.ts';
import { documentSchema, migrateSettings, SETTINGS_MIGRATIONS } from './migrations.ts';

const FILE_NAME = 'settings';

export interface SettingsStoreParts {
  readonly dataFolder: string;
  readonly notices: NoticeBoard;
  readonly clock: Clock;
}

/** The user's settings, kept in `settings.json` in the data folder. */
export class SettingsStore extends EventEmitter<{ change: [Settings] }> {
  readonly #dataFolder: string;
  #current: Settings;

  /**
   * Reads the settings. A damaged or invalid file is set aside as `settings.damaged-<time>.json`, a notice is
   * raised and the defaults are used.
   * @throws GataError `data-folder-unusable` or `disk-full` when the folder cannot be read or written.
   */
  constructor({ dataFolder, notices, clock }: SettingsStoreParts) {
    super();
    const path = join(dataFolder, `${FILE_NAME}.json`);
    const { settings, damage } = read(path);
    if (damage !== null) {
      const aside = `${FILE_NAME}.damaged-${clock.now().toISOString().replaceAll(/[:.]/g, '-')}.json`;
      setAside(path, join(dataFolder, aside));
      notices.post({
        level: 'warning',
        code: 'settings-damaged',
        message: `The settings could not be read (${damage}), so the defaults are used. The file was kept as ${aside} in ${dataFolder}.`,
      });
    }
    this.#dataFolder = dataFolder;
    this.#current = settings;
  }

  get current(): Settings {
    return this.#current;
  }

  /**
   * Changes the fields in `patch`; they are on the disk when this returns.
   * @throws GataError `invalid-settings` when a value is out of range, `disk-full` or `data-folder-unusable`;
   * the settings are then as before.
   */
  update(patch: SettingsChange): Settings {
    const merged = settingsSchema.safeParse(mergeGroups(this.#current, patch));
    if (!merged.success) {
      const issue = merged.error.issues[0];
      const param = issue?.path.join('.') ?? '';
      throw new GataError('invalid-settings', `${param}: ${issue?.message ?? 'is not valid'}`, { param });
    }
    if (JSON.stringify(merged.data) === JSON.stringify(this.#current)) return this.#current;
    this.#write(merged.data);
    this.#current = merged.data;
    this.emit('change', merged.data);
    return merged.data;
  }

  /** An old file is rewritten in the newest version here, not at start: a full disk must not stop the start. */
  #write(settings: Settings): void {
    try {
      const file = new Conf<Record<string, unknown>>({
        cwd: this.#dataFolder,
        configName: FILE_NAME,
        configFileMode: 0o600,
        serialize: (value) => `${JSON.stringify(value, undefined, 2)}\n`,
      });
      file.store = { version: SETTINGS_MIGRATIONS.length, settings };
    } catch (error) {
      throw asWriteError(join(this.#dataFolder, `${FILE_NAME}.json`), error);
    }
  }
}

/** The stored settings, fields that the file lacks from the defaults; `damage` in words when it is unusable. */
function read(path: string): { settings: Settings; damage: string | null } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { settings: DEFAULT_SETTINGS, damage: null };
    }
    throw asReadError(path, error);
  }
  try {
    const { settings } = migrateSettings(documentSchema.parse(JSON.parse(text)));
    const groups = documentSchema.parse(settings);
    return { settings: settingsSchema.parse(mergeGroups(DEFAULT_SETTINGS, groups)), damage: null };
  } catch (error) {
    return { settings: DEFAULT_SETTINGS, damage: describe(error) };
  }
}

/** `over` on top of `base`, one level of groups deep. */
function mergeGroups(base: Settings, over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const merged = Object.entries(base).map(([group, fields]) => {
    const changed = over[group];
    return [group, isRecord(changed) ? { ...fields, ...changed } : (changed ?? fields)];
  });
  return Object.fromEntries(merged);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function setAside(path: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    throw asWriteError(aside, error);
  }
}

function asReadError(path: string, error: unknown): GataError {
  const detail = error instanceof Error ? error.message : String(error);
  return new GataError(
    'data-folder-unusable',
    `${path} could not be read (${detail}). Check who owns the data folder, or choose another with --data-dir.`,
    { cause: error },
  );
}

function describe(error: unknown): string {
  if (error instanceof SyntaxError) return 'they are not JSON';
  if (error instanceof z.ZodError) {
    const issue = error.issues[0];
    return issue === undefined ? 'they are not valid' : `${issue.path.join('.')}: ${issue.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}
