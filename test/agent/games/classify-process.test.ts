import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyProcess } from '../../../src/agent/games/classify-process.ts';

const NO_LISTS = { include: [], exclude: [] };
const LOADER = '/lib/steamapps/common/Proton 9.0/files/bin/wine64-preloader';

function classify(executable: string, argv: readonly string[] = [], lists: Partial<typeof LISTS> = {}) {
  return classifyProcess(
    { pid: 1, parentPid: 0, startOrder: null, identity: '1', executable, argv },
    { ...NO_LISTS, ...lists },
  );
}
const LISTS: { include: string[]; exclude: string[] } = { include: [], exclude: [] };

describe('games', () => {
  it.each<[string, string, string[]]>([
    ['Hades II', 'C:\\Anywhere\\HADES2.EXE', []],
    ['0 A.D.', '/usr/games/pyrogenesis', []],
    ['Some New Game', 'D:\\SteamLibrary\\steamapps\\common\\Some New Game\\bin\\game.exe', []],
    ['Some New Game', '/lib/steamapps/common/Some New Game/game.x86_64', []],
    ['Some New Game', LOADER, ['wine64', 'Z:\\lib\\steamapps\\common\\Some New Game\\game.exe']],
    [
      'Some New Game',
      LOADER,
      ['c:\\windows\\system32\\steam.exe', '/lib/steamapps/common/Some New Game/game.exe'],
    ],
    ['Some New Game', '/usr/bin/bash', ['/bin/sh', '/lib/steamapps/common/Some New Game/start.sh']],
    ['Hades II', '/usr/bin/wine64', ['/usr/bin/wine64', 'C:\\Games\\Hades2.exe']],
    ['mygame', '/s/reaper', ['/s/reaper', 'SteamLaunch', 'AppId=3001', '--', '/opt/mygame/mygame']],
    [
      'Some New Game',
      '/s/reaper',
      [
        '/s/reaper',
        'SteamLaunch',
        'AppId=9',
        '--',
        '/p/proton',
        'waitforexitandrun',
        '/lib/steamapps/common/Some New Game/g.exe',
      ],
    ],
  ])('%s: %s %j', (name, executable, argv) => {
    expect(classify(executable, argv)?.name).toBe(name);
  });

  it('say why they count and which program counts', () => {
    expect(classify(LOADER, ['wine64', 'Z:\\lib\\steamapps\\common\\Foo\\foo.exe'])).toEqual({
      name: 'Foo',
      executable: '/lib/steamapps/common/Foo/foo.exe',
      why: 'It lies in a folder where games are installed (Steam).',
    });
  });
});

describe('no games', () => {
  it.each<[string, string[]]>([
    ['C:\\Windows\\explorer.exe', []],
    ['C:\\Program Files (x86)\\Steam\\steam.exe', []],
    ['D:\\SteamLibrary\\steamapps\\common\\Foo\\UnityCrashHandler64.exe', []],
    ['D:\\SteamLibrary\\steamapps\\common\\wallpaper_engine\\wallpaper64.exe', []],
    ['C:\\Program Files (x86)\\Epic Games\\Launcher\\Portal\\Binaries\\Win64\\EpicGamesLauncher.exe', []],
    ['/usr/bin/vim', ['vim', '/lib/steamapps/common/Foo/foo.exe']],
    ['/usr/bin/bash', ['bash', '-c', 'ls /lib/steamapps/common/Foo/foo.exe']],
    ['/usr/bin/dolphin', ['dolphin']],
    [LOADER, ['C:\\windows\\system32\\services.exe']],
    [
      '/usr/bin/python3.11',
      ['python3', '/lib/steamapps/common/Proton 9.0/proton', 'waitforexitandrun', 'x.exe'],
    ],
    [
      '/s/reaper',
      [
        '/s/reaper',
        'SteamLaunch',
        'AppId=228980',
        '--',
        '/lib/steamapps/common/Steamworks Shared/iscriptevaluator.exe',
      ],
    ],
    ['', []],
  ])('%s %j', (executable, argv) => {
    expect(classify(executable, argv)).toBeUndefined();
  });
});

describe('the user’s lists', () => {
  it('include by file name and by folder, whatever the case', () => {
    expect(classify('/opt/Tool/tool', [], { include: ['TOOL'] })?.name).toBe('tool');
    expect(classify('/opt/Tool/bin/tool', [], { include: ['/opt/tool/'] })?.why).toContain('/opt/tool/');
    expect(classify('/usr/bin/sh', ['/bin/sh', '/home/ann/play.sh'], { include: ['play.sh'] })?.name).toBe(
      'play.sh',
    );
  });

  it('let an exclusion win over every reason', () => {
    const path = '/lib/steamapps/common/Foo/hades2.exe';
    for (const exclude of [['Hades2.exe'], ['/LIB/steamapps'], [path]]) {
      expect(classify(path, [], { include: ['hades2.exe'], exclude })).toBeUndefined();
    }
    expect(classify(LOADER, ['wine64', 'Z:\\g\\Hades2.exe'], { exclude: ['hades2.exe'] })).toBeUndefined();
  });

  it('include what the built-in rules leave out', () => {
    const path = 'D:\\steamapps\\common\\wallpaper_engine\\wallpaper64.exe';
    expect(classify(path, [], { include: ['wallpaper64.exe'] })).toBeDefined();
  });
});

it('never throws and never breaks the exclusion rule, whatever a process looks like', () => {
  const junk = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
    fc.string({ maxLength: 200 }),
    fc.constantFrom(
      LOADER,
      '/s/reaper',
      'SteamLaunch',
      'AppId=1',
      '--',
      'a.exe',
      '/bin/sh',
      'Z:\\',
      '/steamapps/common/',
    ),
  );
  fc.assert(
    fc.property(
      junk,
      fc.array(junk, { maxLength: 8 }),
      fc.array(junk, { maxLength: 3 }),
      (executable, argv, list) => {
        const verdict = classify(executable, argv, { include: list });
        expect(verdict === undefined || verdict.name.length > 0).toBe(true);
        // Patterns are trimmed, so a name that begins or ends blank has none.
        if (verdict !== undefined && verdict.executable === verdict.executable.trim()) {
          expect(
            classify(executable, argv, { include: list, exclude: [verdict.executable] }) ?? null,
          ).toBeNull();
        }
      },
    ),
    { numRuns: 500 },
  );
});
