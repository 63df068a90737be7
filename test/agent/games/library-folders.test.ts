import { describe, expect, it } from 'vitest';
import { isCompanionProgram, libraryGame } from '../../../src/agent/games/library-folders.ts';

describe('libraryGame', () => {
  it.each([
    ['/home/ann/.local/share/Steam/steamapps/common/Hades II/Ship/Hades2.exe', 'Steam', 'Hades II'],
    ['D:/SteamLibrary/steamapps/common/Portal 2/portal2.exe', 'Steam', 'Portal 2'],
    ['C:/Program Files/Epic Games/Fortnite/FortniteGame/Fortnite.exe', 'Epic Games', 'Fortnite'],
    ['C:/GOG Games/Witcher 3/bin/x64/witcher3.exe', 'GOG', 'Witcher 3'],
    ['C:/XboxGames/Forza/Content/forza.exe', 'Xbox', 'Forza'],
    ['C:/Riot Games/VALORANT/live/VALORANT.exe', 'Riot Games', 'VALORANT'],
    ['/home/ann/Games/Heroic/Celeste/Celeste', 'Heroic', 'Celeste'],
    [
      '/home/ann/.minecraft/runtime/java-runtime-delta/linux/java-runtime-delta/bin/java',
      'Minecraft',
      'Minecraft',
    ],
  ])('knows %s', (path, store, title) => expect(libraryGame(path)).toEqual({ store, title }));

  it.each([
    'D:/SteamLibrary/steamapps/common/wallpaper_engine/wallpaper64.exe',
    '/lib/steamapps/common/Proton 9.0/files/bin/wine64-preloader',
    '/lib/steamapps/common/SteamLinuxRuntime_sniper/pressure-vessel/bin/pv-bwrap',
    'C:/Program Files (x86)/Epic Games/Launcher/Portal/Binaries/Win64/EpicGamesLauncher.exe',
    'C:/Riot Games/Riot Client/RiotClientServices.exe',
    '/lib/steamapps/common/loose-file',
    '/usr/bin/java',
    '/home/ann/project/steamapps-common/foo/foo',
    '',
  ])('does not take %s for a game', (path) => expect(libraryGame(path)).toBeUndefined());
});

describe('isCompanionProgram', () => {
  it.each([
    '/g/Foo/UnityCrashHandler64.exe',
    '/g/Foo/Engine/Binaries/Win64/CrashReportClient.exe',
    '/g/Foo/_CommonRedist/vcredist/2019/VC_redist.x64.exe',
    '/g/Foo/_CommonRedist/foo/foo.exe',
    '/g/Foo/REDprelauncher.exe',
    '/g/Foo/unins000.exe',
    '/g/Foo/setup.exe',
    '/g/Foo/dxsetup.exe',
    '/g/Steamworks Shared/iscriptevaluator.exe',
    '/g/Foo/EOSOverlayRenderer-Win64-Shipping.exe',
    '/g/Foo/QtWebEngineSubprocess.exe',
  ])('knows %s', (path) => expect(isCompanionProgram(path)).toBe(true));

  it.each([
    '/g/CrashBandicootNSaneTrilogy.exe',
    '/g/Foo/Foo.exe',
    '/g/Foo/foo.x86_64',
    '/g/Uninvited/game.exe',
  ])('leaves %s alone', (path) => expect(isCompanionProgram(path)).toBe(false));
});
