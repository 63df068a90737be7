import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { BattlenetStore } from './battlenet-store.ts';
import { BottlesStore } from './bottles-store.ts';
import { EaStore } from './ea-store.ts';
import { EpicStore } from './epic-store.ts';
import { FolderStore } from './folder-store.ts';
import { GameLibrary } from './game-library.ts';
import { GogStore } from './gog-store.ts';
import { HeroicStore } from './heroic-store.ts';
import { ItchStore } from './itch-store.ts';
import { LutrisStore } from './lutris-store.ts';
import type { MachineFolders } from './machine-folders.ts';
import { openMachineFolders } from './open-machine-folders.ts';
import { RiotStore } from './riot-store.ts';
import { SteamStore } from './steam-store.ts';
import { UbisoftStore } from './ubisoft-store.ts';
import { XboxStore } from './xbox-store.ts';

export interface CreateGameLibraryOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Folders of games that the user named; read at each look, so call `rescan()` when they change. */
  readonly userFolders: () => readonly string[];
  /** This machine by default. */
  readonly machine?: MachineFolders;
}

/** The games of this machine, of all stores that Gata knows; not started. */
export async function createGameLibrary(options: CreateGameLibraryOptions): Promise<GameLibrary> {
  const { logger, clock, userFolders, machine = await openMachineFolders() } = options;
  return GameLibrary.open({
    // A folder that several name belongs to the first; what the user names comes last.
    stores: [
      new SteamStore(machine),
      new EpicStore(machine),
      new GogStore(machine),
      new XboxStore(machine),
      new UbisoftStore(machine),
      new EaStore(machine),
      new BattlenetStore(machine),
      new RiotStore(machine),
      new ItchStore(machine),
      // These start games of other stores as well.
      new HeroicStore(machine),
      new LutrisStore(machine),
      new BottlesStore(machine),
      new FolderStore(machine, userFolders),
    ],
    machine,
    logger,
    clock,
  });
}
