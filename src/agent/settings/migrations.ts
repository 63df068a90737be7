import { z } from 'zod';

export const documentSchema = z.record(z.string(), z.unknown());
export type SettingsDocument = z.infer<typeof documentSchema>;

/** Turns a settings file of version `to - 1` into one of version `to`. */
export interface SettingsMigration {
  readonly to: number;
  /** Why the format changed. */
  readonly why: string;
  migrate(document: SettingsDocument): SettingsDocument;
}

/** In order, without gaps. A released migration is never edited. */
export const SETTINGS_MIGRATIONS: readonly SettingsMigration[] = [
  {
    to: 1,
    why: 'a file written by hand, or before versions were kept, holds the groups at its top',
    migrate: (document) => ({ settings: document }),
  },
];

/** A file of a newer Gata, or one whose version is no number. */
export class UnknownSettingsVersion extends Error {}

/**
 * Brings a settings document to the newest version; one without a version has version 0.
 * @throws UnknownSettingsVersion for a version that the migrations do not lead from.
 */
export function migrateSettings(
  document: SettingsDocument,
  migrations: readonly SettingsMigration[] = SETTINGS_MIGRATIONS,
): SettingsDocument {
  const { version = 0 } = document;
  const newest = migrations.length;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 0 || version > newest) {
    throw new UnknownSettingsVersion(
      `The settings have version ${String(version)}; this Gata knows up to ${newest}.`,
    );
  }
  return migrations
    .filter((migration) => migration.to > version)
    .reduce((migrated, migration) => ({ ...migration.migrate(migrated), version: migration.to }), document);
}
