import { describe, expect, it } from 'vitest';
import { programsOfProcess } from '../../../src/agent/games/programs-of-process.ts';

const LOADER = '/opt/Proton 9.0/files/bin/wine64-preloader';

function programs(executable: string, ...argv: string[]): readonly string[] {
  return programsOfProcess({ executable, argv }).programs;
}

describe('programsOfProcess', () => {
  it('names a plain program by its file and by the name it was started under', () => {
    expect(programs('/opt/foo/foo.x86_64', './foo', '-windowed')).toEqual(['/opt/foo/foo.x86_64', './foo']);
  });

  it('reads the Windows program that a Wine loader runs, as it starts and once Wine has renamed it', () => {
    const game = 'Z:\\home\\ann\\Games\\Foo Bar\\Foo.exe';
    expect(programs(LOADER, 'wine64', game, '-dx11')[0]).toBe('/home/ann/Games/Foo Bar/Foo.exe');
    expect(programs(LOADER, game, '-dx11')[0]).toBe('/home/ann/Games/Foo Bar/Foo.exe');
    expect(programs(LOADER, `"${game}" -dx11`)[0]).toBe('/home/ann/Games/Foo Bar/Foo.exe');
  });

  it("looks through Proton's own starter at the game behind it", () => {
    expect(programs(LOADER, 'C:\\windows\\system32\\steam.exe', 'Z:\\games\\Foo.exe')).toContain(
      '/games/Foo.exe',
    );
  });

  it("does not take a Windows program's arguments for programs", () => {
    expect(programs(LOADER, 'C:\\tools\\editor.exe', 'Z:\\games\\Foo.exe')).not.toContain('/games/Foo.exe');
  });

  it('takes .exe arguments for programs only where Wine runs them', () => {
    expect(programs('/usr/bin/vim', 'vim', '/games/Foo.exe')).toEqual(['/usr/bin/vim', 'vim']);
  });

  it('names the script that an interpreter runs, and none for a command given in words', () => {
    expect(programs('/usr/bin/bash', '/bin/bash', '/games/start.sh', 'x')).toContain('/games/start.sh');
    expect(programs('/usr/bin/python3.11', 'python3', '-u', '/games/foo.py')).toContain('/games/foo.py');
    expect(programs('/usr/bin/bash', 'bash', '-c', 'sleep 1')).toEqual(['/usr/bin/bash', 'bash']);
  });

  it('names the archive that Java runs, and none where it runs a class', () => {
    expect(programs('/usr/bin/java', 'java', '-Xmx1G', '-cp', 'x', '-jar', '/games/a.jar')[0]).toBe(
      '/games/a.jar',
    );
    expect(programs('C:\\jre\\bin\\javaw.exe', 'javaw.exe', '-jar', 'D:\\g\\a.jar')[0]).toBe('D:/g/a.jar');
    expect(programs('/usr/bin/java', 'java', '-cp', '-jar', 'net.Main', '-jar', '/x.jar')).toEqual([
      '/usr/bin/java',
      'java',
    ]);
  });

  it("reads the game from Steam's keeper process", () => {
    const reaper = '/home/ann/.steam/ubuntu12_32/reaper';
    const proton = programsOfProcess({
      executable: reaper,
      argv: [
        ...[
          reaper,
          'SteamLaunch',
          'AppId=1145350',
          '--',
          '/home/ann/.steam/ubuntu12_32/steam-launch-wrapper',
        ],
        ...[
          '--',
          '/lib/steamapps/common/SteamLinuxRuntime_sniper/_v2-entry-point',
          '--verb=waitforexitandrun',
        ],
        ...['--', '/lib/steamapps/common/Proton 9.0/proton', 'waitforexitandrun'],
        ...['/lib/steamapps/common/Hades II/Ship/Hades2.exe', '-x'],
      ],
    });
    expect(proton.steamAppId).toBe('1145350');
    expect(proton.programs[0]).toBe('/lib/steamapps/common/Hades II/Ship/Hades2.exe');
    const native = programs(
      ...([
        reaper,
        reaper,
        'SteamLaunch',
        'AppId=4',
        '--',
        '/x/steam-launch-wrapper',
        '--',
        '/g/foo',
      ] as const),
    );
    expect(native[0]).toBe('/g/foo');
  });
});
