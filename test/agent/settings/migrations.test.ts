import { describe, expect, test } from 'vitest';
import {
  migrateSettings,
  SETTINGS_MIGRATIONS,
  type SettingsMigration,
  UnknownSettingsVersion,
} from '../../../src/agent/settings/migrations.ts';
import { DEFAULT_SETTINGS, settingsSchema } from '../../../src/shared/settings.ts';

describe('the migrations', () => {
  test('are numbered from 1 without gaps', () => {
    expect(SETTINGS_MIGRATIONS.map((migration) => migration.to)).toEqual(
      SETTINGS_MIGRATIONS.map((_, index) => index + 1),
    );
  });

  test('1: moves the groups of a file without a version under settings', () => {
    const migrated = migrateSettings({ ...DEFAULT_SETTINGS });
    expect(migrated).toEqual({ version: 1, settings: DEFAULT_SETTINGS });
    expect(settingsSchema.parse(migrated.settings)).toEqual(DEFAULT_SETTINGS);
  });

  test('leave a file of the newest version as it is', () => {
    const document = { version: SETTINGS_MIGRATIONS.length, settings: DEFAULT_SETTINGS };
    expect(migrateSettings(document)).toEqual(document);
  });
});

describe('migrating', () => {
  const steps: SettingsMigration[] = [1, 2, 3].map((to) => ({
    to,
    why: 'a test',
    migrate: (document) => ({
      ...document,
      seen: [...(Array.isArray(document.seen) ? document.seen : []), to],
    }),
  }));

  test('takes the steps that are missing, in order', () => {
    expect(migrateSettings({}, steps)).toEqual({ version: 3, seen: [1, 2, 3] });
    expect(migrateSettings({ version: 2 }, steps)).toEqual({ version: 3, seen: [3] });
  });

  test('refuses versions that it does not know', () => {
    for (const version of [4, -1, 1.5, '1', null]) {
      expect(() => migrateSettings({ version }, steps)).toThrow(UnknownSettingsVersion);
    }
  });
});
