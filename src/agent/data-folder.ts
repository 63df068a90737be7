import { accessSync, chmodSync, constants, mkdirSync, realpathSync } from 'node:fs';
import { GataError } from '../shared/gata-error.ts';

/**
 * Makes the data folder, for the user alone, where it is missing, and returns its real path.
 * @throws GataError `data-folder-unusable` when it cannot be made or written to.
 */
export async function prepareDataFolder(folder: string): Promise<string> {
  try {
    // The mode is that of the new folder only: one that the user shares on purpose stays shared.
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await giveToUser(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(folder);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new GataError(
      'data-folder-unusable',
      `The data folder ${folder} cannot be used (${detail}). Choose another with --data-dir.`,
      { cause: error },
    );
  }
}

async function giveToUser(folder: string): Promise<void> {
  if (process.platform === 'win32') (await import('./data-folder-access.win32.ts')).giveFolderToUser(folder);
  else chmodSync(folder, 0o700);
}
