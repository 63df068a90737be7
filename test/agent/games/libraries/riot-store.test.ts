import { describe, expect, it } from 'vitest';
import { RiotStore } from '../../../../src/agent/games/libraries/riot-store.ts';
import { fixtureMachine } from './fixture-machine.ts';

const RIOT = 'C:\\ProgramData\\Riot Games';

function settings(fullPath: string | undefined, shortcut?: string): string {
  return `auto_patching_enabled_by_player: false
dependencies:
    Direct X 9:
        hash: "abc"
        phase: "Succeeded"
locale_data:
    available_locales:
    - "en_US"
    default_locale: "en_US"
${fullPath === undefined ? '' : `product_install_full_path: "${fullPath}"\n`}product_install_root: "C:/Riot Games"
settings:
    create_shortcut: true
${shortcut === undefined ? '' : `shortcut_name: "${shortcut}"\n`}should_repair: false
`;
}

describe('Riot', () => {
  it('tells its games, but not its client and its guard against cheats', async () => {
    using fixture = fixtureMachine('win32');
    for (const folder of [
      'League of Legends',
      'VALORANT\\live',
      'LoR\\live',
      'Riot Client',
      'Riot Vanguard',
      '2XKO',
    ]) {
      fixture.makeFolder(`C:\\Riot Games\\${folder}`);
    }
    const write = (product: string, content: string) =>
      fixture.write(`${RIOT}\\Metadata\\${product}\\${product}.product_settings.yaml`, content);
    write('league_of_legends.live', settings('C:/Riot Games/League of Legends', 'League of Legends.lnk'));
    write('valorant.live', settings('C:/Riot Games/VALORANT/live'));
    write('bacon.live', settings('C:/Riot Games/LoR/live', 'Legends of Runeterra.lnk'));
    write('vanguard.live', settings('C:/Riot Games/Riot Vanguard'));
    write('half.live', settings(undefined, 'Half.lnk'));
    fixture.makeFolder(`${RIOT}\\Metadata\\empty.live`);
    fixture.write(
      `${RIOT}\\RiotClientInstalls.json`,
      JSON.stringify({
        associated_client: {
          'C:/Riot Games/League of Legends/': 'C:/Riot Games/Riot Client/RiotClientServices.exe',
          'C:/Riot Games/2XKO/': 'C:/Riot Games/Riot Client/RiotClientServices.exe',
          'C:/Riot Games/Riot Client/': 'C:/Riot Games/Riot Client/RiotClientServices.exe',
        },
        patchlines: { KeystoneFoundationLiveWin: 'C:/Riot Games/Riot Client/RiotClientServices.exe' },
        rc_default: 'C:/Riot Games/Riot Client/RiotClientServices.exe',
        rc_live: 'C:/Riot Games/Riot Client/RiotClientServices.exe',
      }),
    );
    const store = new RiotStore(fixture.machine);
    const reading = await store.read();
    expect(reading.games).toMatchObject([
      { id: 'riot:bacon.live', title: 'Legends of Runeterra', folder: 'C:\\Riot Games\\LoR\\live' },
      {
        id: 'riot:league_of_legends.live',
        title: 'League of Legends',
        folder: 'C:\\Riot Games\\League of Legends',
      },
      { id: 'riot:valorant.live', title: 'VALORANT', folder: 'C:\\Riot Games\\VALORANT\\live' },
      { id: 'riot:folder-2XKO', title: '2XKO', folder: 'C:\\Riot Games\\2XKO' },
    ]);
    expect(reading.ignored).toEqual(['Half: its settings tell no folder']);
    const locate = (path: string) => fixture.machine.files.locate(path);
    expect(await store.watched()).toEqual(
      expect.arrayContaining([
        locate(`${RIOT}\\RiotClientInstalls.json`),
        locate(`${RIOT}\\Metadata`),
        locate(`${RIOT}\\Metadata\\valorant.live`),
      ]),
    );
  });

  it('skips what is malformed', async () => {
    using fixture = fixtureMachine('win32');
    const malformed = ['', '{', '[]', 'null', '{"rc_live": 5, "associated_client": []}'];
    for (const content of malformed) {
      fixture.write(`${RIOT}\\RiotClientInstalls.json`, content);
      fixture.write(`${RIOT}\\Metadata\\x.live\\x.live.product_settings.yaml`, content);
      expect((await new RiotStore(fixture.machine).read()).games).toEqual([]);
    }
  });

  it('is not looked for on Linux', async () => {
    using fixture = fixtureMachine('linux');
    const store = new RiotStore(fixture.machine);
    expect([await store.watched(), (await store.read()).games]).toEqual([[], []]);
  });
});
