import { z } from 'zod';

/** Where a game comes from; `folder`: the user named the folder. */
export const gameStoreSchema = z.enum([
  'steam',
  'epic',
  'gog',
  'xbox',
  'ubisoft',
  'ea',
  'battlenet',
  'riot',
  'itch',
  'heroic',
  'lutris',
  'bottles',
  'folder',
]);
export type GameStore = z.infer<typeof gameStoreSchema>;

export const installedGameSchema = z.object({
  /** `<store>:<the store's own id>`; stays the same while the game is installed. */
  id: z.string().min(1).max(500),
  store: gameStoreSchema,
  title: z.string().min(1).max(500),
  /** Absolute; programs below it are the game's. */
  folder: z.string().min(1).max(4096),
  /** null: not known. */
  sizeBytes: z.number().int().nonnegative().nullable(),
});
export type InstalledGame = z.infer<typeof installedGameSchema>;

/** A folder that the user named and that cannot be taken for games. */
export const refusedFolderSchema = z.object({
  /** As the user wrote it. */
  folder: z.string(),
  /** A sentence. */
  why: z.string(),
});
export type RefusedFolder = z.infer<typeof refusedFolderSchema>;
