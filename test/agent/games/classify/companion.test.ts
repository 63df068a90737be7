import { describe, expect, it } from 'vitest';
import { companionByFolder, companionByName } from '../../../../src/agent/games/classify/companion.ts';
import { wordsOf } from '../../../../src/agent/games/classify/name-words.ts';

describe('wordsOf', () => {
  it.each([
    ['UnityCrashHandler64.exe', ['unity', 'crash', 'handler']],
    ['PalServer-Win64-Shipping-Cmd.exe', ['pal', 'server']],
    ['valheim_server.x86_64', ['valheim', 'server']],
    ['REDkit', ['re', 'dkit']],
    ['Überspiel.exe', ['überspiel']],
    ['64.exe', ['64']],
    ['', []],
  ])('of %s are %j', (name, words) => expect(wordsOf(name)).toEqual(words));
});

describe('companionByName', () => {
  it.each([
    ['UnityCrashHandler64.exe', 'crash reporter'],
    ['CrashReportClient.exe', 'crash reporter'],
    ['crashpad_handler', 'crash reporter'],
    ['VC_redist.x64.exe', 'redistributable'],
    ['DXSETUP.exe', 'redistributable'],
    ['unins000.exe', 'installer'],
    ['setup_game_1.0.exe', 'installer'],
    ['REDprelauncher.exe', 'launcher'],
    ['EOSOverlayRenderer-Win64-Shipping.exe', 'overlay'],
    ['CefSharp.BrowserSubprocess.exe', 'browser'],
    ['FooHelper.exe', 'helper'],
    ['BEService_x64.exe', 'service'],
    ['dontstarve_dedicated_server_nullrenderer_x64', 'server'],
    ['UnrealEditor.exe', 'editor'],
    ['ShaderCompileWorker.exe', 'tool'],
    ['ResourceExtractor.exe', 'tool'],
    ['MonsterHunterWildsBenchmark.exe', 'benchmark'],
    ['wallpaper64.exe', 'wallpaper'],
    ['gpu-screen-recorder', 'recorder'],
    ['obs', 'recorder'],
    ['obs64.exe', 'recorder'],
    ['obs32.exe', 'recorder'],
    ['Streamlabs OBS.exe', 'recorder'],
    ['XSplit.Core.exe', 'recorder'],
    ['bdcam.exe', 'recorder'],
  ])('of %s is %s', (name, kind) => expect(companionByName(name, [])?.kind).toBe(kind));

  it.each([
    ...[
      'CrashBandicootNSaneTrilogy.exe',
      'Uninvited.exe',
      'TheObserver-Win64-Shipping.exe',
      'Foo.exe',
      'Creditor.exe',
    ],
    ...[
      'EAAntiCheat.GameServiceLauncher.exe',
      'start_protected_game.exe',
      'LauncherOfWorlds Saga.exe',
      'Dispatcher.exe',
    ],
  ])('leaves %s alone', (name) => expect(companionByName(name, [])).toBeUndefined());
});

describe('companionByFolder', () => {
  it('tells redistributables anywhere, and a game’s own folders only inside a game', () => {
    expect(companionByFolder('/g/foo/_commonredist/vc/x.exe', null)?.kind).toBe('redistributable');
    expect(companionByFolder('/home/ann/tools/foo/foo', null)).toBeUndefined();
    expect(companionByFolder('/g/foo/tools/x.exe', 'tools/x.exe')?.kind).toBe('tool');
    expect(companionByFolder('/g/foo/bin/x.exe', 'bin/x.exe')).toBeUndefined();
  });
});
