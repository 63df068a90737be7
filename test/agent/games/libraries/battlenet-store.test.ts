import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { BattlenetStore } from '../../../../src/agent/games/libraries/battlenet-store.ts';
import { fixtureMachine, fixtureRegistry } from './fixture-machine.ts';

const DATABASE = 'C:\\ProgramData\\Battle.net\\Agent\\product.db';
const CONFIG = 'C:\\Users\\gamer\\AppData\\Roaming\\Battle.net\\Battle.net.config';
const UNINSTALL = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

/** The part of the schema that is known, written by another implementation. */
const schema = protobuf.parse(`syntax = "proto2";
message BaseProductState { optional bool installed = 1; optional bool playable = 2; optional string version = 7; }
message CachedProductState { optional BaseProductState base_product_state = 1; optional double progress = 9; }
message UserSettings { optional string install_path = 1; optional string play_region = 2; }
message ProductInstall { optional string uid = 1; optional string product_code = 2;
  optional UserSettings settings = 3; optional CachedProductState cached_product_state = 4; }
message ProductDb { repeated ProductInstall product_installs = 1; optional fixed32 other = 6; }`);

interface Product {
  readonly uid: string;
  readonly folder?: string;
  readonly installed?: boolean;
  readonly playable?: boolean;
}

function productDatabase(...products: readonly Product[]): Uint8Array {
  const type = schema.root.lookupType('ProductDb');
  const productInstalls = products.map(({ uid, folder, installed, playable }) => ({
    uid,
    productCode: uid,
    settings: { installPath: folder, playRegion: 'eu' },
    cachedProductState: { baseProductState: { installed, playable, version: '1.0' }, progress: 0.5 },
  }));
  return type.encode(type.fromObject({ productInstalls, other: 7 })).finish();
}

describe('Battle.net', () => {
  it('tells the games of its database by their names', async () => {
    using fixture = fixtureMachine('win32', {
      registry: fixtureRegistry({
        [`${UNINSTALL}\\Overwatch`]: {
          DisplayName: 'Overwatch 2',
          UninstallString:
            '"C:\\ProgramData\\Battle.net\\Agent\\Blizzard Uninstaller.exe" --lang=enUS --uid=prometheus --displayname="Overwatch"',
        },
        [`${UNINSTALL}\\Other`]: { DisplayName: 'Other', UninstallString: 'other.exe --uid=wow' },
      }),
    });
    const products = [
      { uid: 'agent', folder: 'C:/ProgramData/Battle.net/Agent', installed: true, playable: true },
      { uid: 'bna', folder: 'C:/Program Files (x86)/Battle.net', installed: true, playable: true },
      { uid: 'wow_classic', folder: 'D:/World of Warcraft', installed: true, playable: true },
      { uid: 'wow', folder: 'D:/World of Warcraft', installed: true, playable: true },
      { uid: 'prometheus', folder: 'D:/Games/Overwatch', installed: true, playable: true },
      { uid: 'fenris', folder: 'D:/Games/Diablo IV', installed: false, playable: true },
      { uid: 'osi', folder: 'D:/Games/Diablo II', installed: false, playable: false },
      { uid: 's1', folder: 'D:/Games/StarCraft' },
      { uid: 'gone', folder: 'D:/Games/Gone', installed: true },
      { uid: 'nowhere', installed: true },
    ];
    for (const { folder } of products) {
      if (folder !== undefined && !folder.endsWith('Gone')) fixture.makeFolder(folder);
    }
    fixture.write(DATABASE, productDatabase(...products));
    const store = new BattlenetStore(fixture.machine);
    expect(await store.read()).toEqual({
      games: [
        ['fenris', 'Diablo IV', 'D:\\Games\\Diablo IV'],
        ['prometheus', 'Overwatch 2', 'D:\\Games\\Overwatch'],
        ['s1', 'StarCraft', 'D:\\Games\\StarCraft'],
        ['wow', 'World of Warcraft', 'D:\\World of Warcraft'],
      ].map(([uid, title, folder]) => ({
        id: `battlenet:${uid}`,
        store: 'battlenet',
        title,
        folder,
        sizeBytes: null,
      })),
      ignored: [
        'Gone: D:\\Games\\Gone is not there',
        'nowhere: Battle.net tells no folder',
        'osi: is not fully installed',
      ],
      incomplete: false,
    });
    expect(await store.watched()).toEqual([fixture.machine.files.locate(DATABASE)]);
  });

  it('finds games where it installs to when its database is damaged', async () => {
    using fixture = fixtureMachine('win32');
    fixture.write(DATABASE, Buffer.of(0x0a, 0xff, 0x01));
    fixture.write(CONFIG, '{"Client": {"Install": {"DefaultInstallPath": "D:/Games"}, "Language": "enUS"}}');
    fixture.write('D:\\Games\\Hearthstone\\.build.info', 'Branch!STRING:0|Active!DEC:1\neu|1\n');
    fixture.write('D:\\Games\\Battle.net\\.build.info', '');
    fixture.write('D:\\Games\\Battle.net\\Battle.net.exe', '');
    fixture.makeFolder('D:\\Games\\Other');
    const reading = await new BattlenetStore(fixture.machine).read();
    expect(reading.games).toMatchObject([
      { id: 'battlenet:folder-Hearthstone', title: 'Hearthstone', folder: 'D:\\Games\\Hearthstone' },
    ]);
    expect(reading.ignored).toEqual([expect.stringContaining('ends within a field')]);
    expect(reading.incomplete).toBe(true);
  });

  it('is not looked for on Linux', async () => {
    using fixture = fixtureMachine('linux');
    const store = new BattlenetStore(fixture.machine);
    expect([await store.watched(), (await store.read()).games]).toEqual([[], []]);
  });
});
