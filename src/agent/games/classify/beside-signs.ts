/** What files and folders beside a program say about it. */
export type BesideSign =
  /** A game engine's own files. */
  | 'engine'
  /** A store's interface for games, or its description of an installed game. */
  | 'store'
  /** Protection against cheating. */
  | 'anti-cheat'
  /** Sound, film and physics libraries that games buy. */
  | 'middleware'
  /** A folder as games name those of their content; means something only together with others. */
  | 'content'
  /** A folder as emulators of consoles name theirs; means something only together with others. */
  | 'console'
  /** A browser, or an application built on one. */
  | 'browser'
  /** A browser's or web page's runtime that games use too. */
  | 'web-view'
  /** A toolkit for windows with buttons and menus. */
  | 'toolkit'
  /** A media player's own files. */
  | 'media';

interface Marker {
  readonly sign: BesideSign;
  readonly what: string;
}

const NAMES: readonly (Marker & { readonly names: string })[] = [
  // File names of engines are collected in public by SteamDatabase/FileDetectionRuleSets, among others.
  {
    sign: 'engine',
    what: 'Unity',
    names:
      'unityplayer.dll unityplayer.so gameassembly.dll gameassembly.so unitycrashhandler64.exe unitycrashhandler32.exe',
  },
  { sign: 'engine', what: 'Unreal', names: 'engine unrealed.exe' },
  { sign: 'engine', what: 'Godot', names: 'godotsteam.dll libgodotsteam.so' },
  { sign: 'engine', what: 'GameMaker', names: 'data.win game.unx audiogroup1.dat libyoyo.so' },
  { sign: 'engine', what: "Ren'Py", names: 'renpy' },
  {
    sign: 'engine',
    what: 'RPG Maker',
    names: 'rpg_rt.exe rpg_rt.ldb rpg_rt.ini rgss102e.dll rgss104e.dll rgss202e.dll rgss300.dll rgss301.dll',
  },
  { sign: 'engine', what: 'NW.js', names: 'package.nw' },
  {
    sign: 'engine',
    what: 'Source',
    names: 'gameinfo.txt gameinfo.gi hl2 vphysics.dll engine2.dll csgo_addons',
  },
  { sign: 'engine', what: 'GoldSrc', names: 'valve hw.dll' },
  { sign: 'engine', what: 'id Tech', names: 'id1 baseq2 baseq3 baseq3a baseef pak0.pk3 pak0.pak' },
  {
    sign: 'engine',
    what: 'CryEngine',
    names: 'cryengine.cfg cryrenderd3d11.dll cryrenderd3d12.dll crysystem.dll cry3dengine.dll',
  },
  { sign: 'engine', what: 'Lumberyard', names: 'bootstrap.cfg' },
  { sign: 'engine', what: 'Adventure Game Studio', names: 'acsetup.cfg agsteam.dll' },
  { sign: 'engine', what: 'LÖVE', names: 'love.dll liblove.so liblove.dll' },
  {
    sign: 'engine',
    what: 'XNA',
    names: 'fna.dll monogame.framework.dll microsoft.xna.framework.dll fna3d.dll libfna3d.so.0',
  },
  { sign: 'engine', what: 'KiriKiri', names: 'data.xp3' },
  { sign: 'engine', what: 'NScripter', names: 'nscript.dat arc.nsa' },
  { sign: 'engine', what: 'Wolf RPG Editor', names: 'data.wolf game.wolf' },
  { sign: 'engine', what: 'Clickteam Fusion', names: 'mmfs2.dll mmf2d3d9.dll' },
  { sign: 'engine', what: 'Defold', names: 'game.dmanifest game.projectc game.arcd' },
  { sign: 'engine', what: 'Cocos', names: 'libcocos2d.dll libcocos2d.so' },
  { sign: 'engine', what: 'OGRE', names: 'ogremain.dll' },
  { sign: 'engine', what: 'Irrlicht', names: 'irrlicht.dll' },
  { sign: 'engine', what: 'Panda3D', names: 'libpanda.dll libpanda.so' },
  { sign: 'engine', what: 'HashLink', names: 'hlboot.dat libhl.dll libhl.so' },
  { sign: 'engine', what: 'Lime', names: 'lime.ndll lime-legacy.ndll lime.hdll' },
  { sign: 'engine', what: 'Torque', names: 'main.cs.dso main.cs' },
  {
    sign: 'engine',
    what: 'Frostbite',
    names: 'engine.buildinfo.dll engine.buildinfo_win64_retail.dll engine.buildinfo_win64_retail_dll.dll',
  },
  { sign: 'engine', what: 'RE Engine', names: 're_chunk_000.pak' },
  { sign: 'engine', what: 'Anvil', names: 'datapc.forge datapc64.forge datapc_boot.forge' },
  { sign: 'engine', what: 'Solar2D', names: 'coronalabs.corona.native.dll' },
  { sign: 'engine', what: 'Visionaire', names: 'visionaireconfigurationtool.exe' },
  { sign: 'engine', what: 'DOSBox', names: 'dosbox.conf dosbox dosbox.exe scummvm.ini scummvm.exe' },
  { sign: 'engine', what: 'GZDoom', names: 'gzdoom.pk3 zmusic.dll lzdoom.pk3' },
  { sign: 'engine', what: 'Doom', names: 'doom.wad doom2.wad freedoom1.wad freedoom2.wad heretic.wad' },
  { sign: 'engine', what: 'X-Ray', names: 'xrgame.dll fsgame.ltx' },
  { sign: 'engine', what: 'Stride', names: 'stride.core.dll xenko.core.dll' },
  { sign: 'engine', what: 'a Blizzard engine', names: '.build.info .product.db' },
  {
    sign: 'engine',
    what: 'lwjgl',
    names:
      'lwjgl.dll lwjgl64.dll liblwjgl.so liblwjgl64.so gdx.dll gdx64.dll libgdx.so libgdx64.so desktop-1.0.jar',
  },
  { sign: 'store', what: 'Steam', names: 'steam_api.dll steam_api64.dll libsteam_api.so steam_appid.txt' },
  {
    sign: 'store',
    what: 'Epic Games',
    names: 'eossdk-win64-shipping.dll eossdk-win32-shipping.dll libeossdk-linux-shipping.so .egstore',
  },
  {
    sign: 'store',
    what: 'GOG',
    names: 'galaxy.dll galaxy64.dll galaxypeer.dll galaxypeer64.dll gameinfo goggame.dll',
  },
  { sign: 'store', what: 'Xbox', names: 'microsoftgame.config xgamingruntime.dll' },
  {
    sign: 'store',
    what: 'Ubisoft',
    names:
      'uplay_r1_loader.dll uplay_r1_loader64.dll uplay_r2_loader64.dll upc_r2_loader64.dll uplay_install.manifest',
  },
  { sign: 'store', what: 'EA', names: '__installer' },
  { sign: 'store', what: 'itch', names: '.itch .itch.toml' },
  {
    sign: 'anti-cheat',
    what: 'EasyAntiCheat',
    names:
      'easyanticheat easyanticheat_eos start_protected_game.exe easyanticheat_x64.dll easyanticheat_x86.dll',
  },
  { sign: 'anti-cheat', what: 'BattlEye', names: 'battleye beclient.dll beclient_x64.dll' },
  {
    sign: 'anti-cheat',
    what: 'EA',
    names: 'eaanticheat.gameservicelauncher.exe eaanticheat.installer.exe',
  },
  { sign: 'anti-cheat', what: 'Anti-Cheat Expert', names: 'anticheatexpert aceantibotclient ace-base.sys' },
  { sign: 'anti-cheat', what: 'GameGuard', names: 'gameguard gameguard.des' },
  { sign: 'anti-cheat', what: 'XIGNCODE', names: 'xigncode' },
  { sign: 'anti-cheat', what: 'PunkBuster', names: 'pb punkbuster pbsvc.exe' },
  { sign: 'anti-cheat', what: 'Ricochet', names: 'randgrid.sys' },
  {
    sign: 'anti-cheat',
    what: 'HackShield',
    names: 'hshield blackcipher tp3helper.exe mhyprot2.sys mhypbase.dll equ8_conf.json',
  },
  {
    sign: 'middleware',
    what: 'FMOD',
    names:
      'fmod.dll fmodex.dll fmodex64.dll fmod64.dll fmodstudio.dll fmodstudio64.dll libfmod.so libfmodstudio.so fmod_event.dll',
  },
  { sign: 'middleware', what: 'Bink', names: 'binkw32.dll binkw64.dll bink2w64.dll bink2w32.dll' },
  {
    sign: 'middleware',
    what: 'PhysX',
    names:
      'physxcore.dll physxcore64.dll physx3_x64.dll physx3_x86.dll physxloader.dll physx_64.dll physx3common_x64.dll apex_release_x64.dll nxcharacter.dll',
  },
  { sign: 'middleware', what: 'Miles', names: 'mss32.dll mss64.dll smackw32.dll' },
  {
    sign: 'middleware',
    what: 'Oodle',
    names:
      'oo2core_6_win64.dll oo2core_7_win64.dll oo2core_8_win64.dll oo2core_9_win64.dll oo2core_5_win64.dll',
  },
  { sign: 'middleware', what: 'Wwise', names: 'aksoundengine.dll aksoundenginedll.dll libaksoundengine.so' },
  {
    sign: 'middleware',
    what: 'SDL or SFML',
    names: 'sdl2.dll sdl.dll sdl3.dll libsdl2-2.0.so.0 sfml-graphics-2.dll',
  },
  {
    sign: 'middleware',
    what: 'DLSS or FSR',
    names:
      'nvngx_dlss.dll nvngx_dlssg.dll sl.interposer.dll libxess.dll amd_fidelityfx_dx12.dll ffx_fsr2_api_x64.dll dstorage.dll',
  },
  {
    sign: 'middleware',
    what: 'controllers',
    names:
      'xinput1_3.dll xinput9_1_0.dll dinput8.dll openal32.dll openvr_api.dll amd_ags_x64.dll bass.dll glew32.dll granny2.dll granny2_x64.dll',
  },
  {
    sign: 'content',
    what: 'content',
    names:
      'shaders textures maps levels sound sounds music mods saves savegames cutscenes models scenarios campaigns campaign missions sfx gfx worlds quests characters sprites tilesets videos',
  },
  {
    sign: 'console',
    what: 'console',
    names:
      'cores bios memcards sstates savestates states roms nand dev_hdd0 dev_flash mlc01 gameprofiles graphicpacks gamesettings playlists cheats nvram covers retroarch.cfg',
  },
  {
    sign: 'browser',
    what: 'Chromium',
    names:
      'chrome_100_percent.pak chrome_200_percent.pak v8_context_snapshot.bin app.asar icudtl.dat chrome_proxy.exe chrome_pwa_launcher.exe msedge_proxy.exe license.electron.txt licenses.chromium.html',
  },
  { sign: 'browser', what: 'Gecko', names: 'omni.ja xul.dll libxul.so' },
  {
    sign: 'web-view',
    what: 'a web view',
    names: 'libcef.dll libcef.so webview2loader.dll qtwebengineprocess.exe',
  },
  {
    sign: 'toolkit',
    what: 'Qt',
    names: 'qt5widgets.dll qt6widgets.dll qtgui4.dll libqt5widgets.so.5 libqt6widgets.so.6',
  },
  {
    sign: 'toolkit',
    what: 'WPF or GTK',
    names: 'presentationframework.dll libgtk-3-0.dll wpfgfx_cor3.dll microsoft.ui.xaml.dll',
  },
  {
    sign: 'media',
    what: 'a media player',
    names: 'libvlc.dll libvlccore.dll libmpv-2.dll mpv-2.dll ffcodec64.dll lavfilters64 mpv',
  },
];

const BY_NAME: ReadonlyMap<string, Marker> = new Map(
  NAMES.flatMap(({ names, ...marker }) => names.split(' ').map((name) => [name, marker] as const)),
);

const BY_EXTENSION: ReadonlyMap<string, Marker> = new Map<string, Marker>([
  ...of('engine', 'Godot', 'pck'),
  ...of('engine', 'Unreal', 'uproject'),
  ...of('engine', 'RPG Maker', 'rgssad rgss2a rgss3a'),
  ...of('engine', 'id Tech', 'pk3 pk4'),
  ...of('engine', 'IW', 'iwd'),
  ...of('engine', 'Clausewitz', 'mbundle'),
  ...of('engine', 'Glacier', 'rpkg'),
  ...of('engine', 'RAGE', 'rpf'),
  ...of('engine', 'Telltale', 'ttarch ttarch2'),
  ...of('engine', 'Prism3D', 'scs'),
  ...of('engine', 'Serious', 'gro'),
  ...of('engine', 'BioWare', 'bif'),
  ...of('engine', 'Adventure Game Studio', 'ags'),
  ...of('engine', 'LÖVE', 'love'),
  ...of('engine', 'Kex', 'kpf'),
  ...of('engine', 'XNA', 'xnb'),
  ...of('engine', 'Build', 'grp'),
  ...of('engine', 'Torque', 'dso'),
]);

function of(sign: BesideSign, what: string, extensions: string): [string, Marker][] {
  return extensions.split(' ').map((extension) => [extension, { sign, what }]);
}

const PATTERNS: readonly (Marker & { readonly pattern: RegExp })[] = [
  { sign: 'engine', what: 'Unreal', pattern: /-(win64|win32|linux|wingdk)-(shipping|test)(\.exe)?$/ },
  { sign: 'engine', what: 'NW.js', pattern: /^nw(_100_percent\.pak|\.dll)$/ },
  { sign: 'store', what: 'GOG', pattern: /^goggame-\d+\.(info|dll|ico|hashdb|script)$/ },
];

/** What a name beside a program says; undefined: nothing. `stem`: the program's own name, lower-case, without `.exe`. */
export function besideSign(name: string, stem: string): Marker | undefined {
  const lower = name.toLowerCase();
  // Unity: `Foo.exe` and `Foo_Data`, `Foo.x86_64` and `Foo_Data`.
  if (lower === `${stem}_data`) return { sign: 'engine', what: 'Unity' };
  // Every browser made of Chromium has one under Windows.
  if (lower === `${stem}_proxy.exe`) return { sign: 'browser', what: 'Chromium' };
  const exact = BY_NAME.get(lower);
  if (exact !== undefined) return exact;
  for (const { pattern, sign, what } of PATTERNS) if (pattern.test(lower)) return { sign, what };
  const dot = lower.lastIndexOf('.');
  return dot > 0 ? BY_EXTENSION.get(lower.slice(dot + 1)) : undefined;
}

/** Whether a name may say anything, whatever the program is called. */
export function isTelling(name: string): boolean {
  return /_(data|proxy\.exe)$/i.test(name) || besideSign(name, '') !== undefined;
}
