import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BattlenetStore } from '../../../../src/agent/games/libraries/battlenet-store.ts';
import { BottlesStore } from '../../../../src/agent/games/libraries/bottles-store.ts';
import { EaStore } from '../../../../src/agent/games/libraries/ea-store.ts';
import { HeroicStore } from '../../../../src/agent/games/libraries/heroic-store.ts';
import { ItchStore } from '../../../../src/agent/games/libraries/itch-store.ts';
import { LutrisStore } from '../../../../src/agent/games/libraries/lutris-store.ts';
import type { MachineFolders } from '../../../../src/agent/games/libraries/machine-folders.ts';
import { RiotStore } from '../../../../src/agent/games/libraries/riot-store.ts';
import type { StoreReader } from '../../../../src/agent/games/libraries/store-reader.ts';
import { UbisoftStore } from '../../../../src/agent/games/libraries/ubisoft-store.ts';
import { type FixtureMachine, fixtureMachine } from './fixture-machine.ts';

interface Case {
  readonly name: string;
  readonly platform: 'linux' | 'win32';
  readonly open: (machine: MachineFolders) => StoreReader;
  /** A sensible file each, to be damaged. */
  readonly files: Readonly<Record<string, string>>;
}

const ROAMING = 'C:\\Users\\gamer\\AppData\\Roaming';
const HEROIC = '/home/gamer/.config/heroic';
const BOTTLES = '/home/gamer/.local/share/bottles';

const CASES: readonly Case[] = [
  {
    name: 'EA',
    platform: 'win32',
    open: (machine) => new EaStore(machine),
    files: {
      'C:\\ProgramData\\EA Desktop\\machine.ini': 'machine.downloadinplacedir=C:\\Program Files\\EA Games',
      'C:\\Program Files\\EA Games\\Game\\__Installer\\installerdata.xml':
        '<DiPManifest><contentIDs><contentID>1</contentID></contentIDs><gameTitles><gameTitle locale="en_US">A</gameTitle></gameTitles></DiPManifest>',
    },
  },
  {
    name: 'Battle.net',
    platform: 'win32',
    open: (machine) => new BattlenetStore(machine),
    files: {
      'C:\\ProgramData\\Battle.net\\Agent\\product.db': '\n\x13\n\x03wow\x12\x03WoW\x1a\x07\n\x05D:/Wo',
      [`${ROAMING}\\Battle.net\\Battle.net.config`]:
        '{"Client": {"Install": {"DefaultInstallPath": "C:\\\\Users"}}}',
    },
  },
  {
    name: 'Riot',
    platform: 'win32',
    open: (machine) => new RiotStore(machine),
    files: {
      'C:\\ProgramData\\Riot Games\\RiotClientInstalls.json':
        '{"rc_live": "C:/Users/x.exe", "associated_client": {"C:/Users/": ""}}',
      'C:\\ProgramData\\Riot Games\\Metadata\\a.live\\a.live.product_settings.yaml':
        'product_install_full_path: "C:/Users"\nshortcut_name: "A.lnk"\n',
    },
  },
  {
    name: 'itch',
    platform: 'linux',
    open: (machine) => new ItchStore(machine),
    files: {
      '/home/gamer/.config/itch/db/butler.db': 'SQLite format 3\0',
      '/home/gamer/.config/itch/apps/a/.itch/receipt.json.gz': '{"game": {"id": 1}}',
    },
  },
  {
    name: 'Heroic',
    platform: 'linux',
    open: (machine) => new HeroicStore(machine),
    files: {
      [`${HEROIC}/legendaryConfig/legendary/installed.json`]:
        '{"a": {"app_name": "a", "title": "A", "install_path": "/home"}}',
      [`${HEROIC}/gog_store/installed.json`]: '{"installed": [{"appName": "a", "install_path": "/home"}]}',
      [`${HEROIC}/store_cache/gog_library.json`]: '{"games": [{"app_name": "a", "title": "A"}]}',
      [`${HEROIC}/nile_config/nile/installed.json`]: '[{"id": "a", "path": "/home"}]',
      [`${HEROIC}/nile_config/nile/library.json`]: '[{"product": {"id": "a", "title": "A"}}]',
      [`${HEROIC}/sideload_apps/library.json`]: '{"games": [{"app_name": "a", "folder_name": "/home"}]}',
    },
  },
  {
    name: 'Lutris',
    platform: 'linux',
    open: (machine) => new LutrisStore(machine),
    files: { '/home/gamer/.local/share/lutris/pga.db': 'SQLite format 3\0' },
  },
  {
    name: 'Bottles',
    platform: 'linux',
    open: (machine) => new BottlesStore(machine),
    files: {
      [`${BOTTLES}/data.yml`]: 'custom_bottles_path: /home/gamer\n',
      [`${BOTTLES}/library.yml`]: 'a:\n  id: b\n',
      [`${BOTTLES}/bottles/a/bottle.yml`]:
        'Environment: Gaming\nExternal_Programs:\n    b:\n        path: C:\\a\\b.exe\n',
      [`${BOTTLES}/bottles/b/placeholder.yml`]: 'Path: /home\n',
    },
  },
];

function filled({ platform, files }: Case): FixtureMachine {
  const fixture = fixtureMachine(platform);
  for (const [path, content] of Object.entries(files)) fixture.write(path, content);
  return fixture;
}

describe.each(CASES)('$name, whatever its files are', (store) => {
  it('throws nothing, and tells no game in a folder that is none', async () => {
    using fixture = filled(store);
    const reader = store.open(fixture.machine);
    const paths = Object.entries(store.files);
    const damaged = fc.constantFrom(...paths).chain(([path, content]) =>
      fc.record({
        path: fc.constant(path),
        content: fc.oneof(
          fc.uint8Array({ maxLength: 500 }),
          fc.json().map((text) => Buffer.from(text)),
          fc.nat(content.length).map((length) => Buffer.from(content.slice(0, length))),
          fc
            .tuple(fc.nat(content.length), fc.string({ maxLength: 20 }))
            .map(([at, text]) => Buffer.from(content.slice(0, at) + text + content.slice(at))),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async ({ path, content }) => {
        fixture.write(path, content);
        await reader.watched();
        const { games, ignored } = await reader.read();
        for (const { folder } of games) expect(await fixture.machine.files.isFolder(folder)).toBe(true);
        for (const line of ignored) expect(line.length).toBeLessThanOrEqual(500);
      }),
      { numRuns: 150 },
    );
  });

  it('passes over files that are no files, lead round in a circle, or are too long', async () => {
    for (const path of Object.keys(store.files)) {
      using fixture = filled(store);
      const located = fixture.machine.files.locate(path);
      const tell = async () => (await store.open(fixture.machine).read()).ignored.join('\n');
      fixture.remove(path);
      fixture.makeFolder(path);
      expect(await tell()).toContain('is not a file');
      fixture.remove(path);
      mkdirSync(dirname(located), { recursive: true });
      symlinkSync(located, located);
      expect(await tell()).toContain('ELOOP');
      fixture.remove(path);
      // Sparse: it takes no room.
      fixture.write(path, '');
      truncateSync(located, 2 ** 31);
      expect(await tell()).toContain('is longer than');
    }
  });

  it('is quiet where it is not installed', async () => {
    using fixture = fixtureMachine(store.platform);
    expect(await store.open(fixture.machine).read()).toEqual({ games: [], ignored: [], incomplete: false });
  });
});

describe('Ubisoft, whatever the registry holds', () => {
  it('throws nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), fc.string(), async (keys, value) => {
        using fixture = fixtureMachine('win32', {
          registry: { value: () => value, subkeys: () => keys },
        });
        expect((await new UbisoftStore(fixture.machine).read()).games).toEqual([]);
        await new EaStore(fixture.machine).read();
        await new BattlenetStore(fixture.machine).read();
      }),
      { numRuns: 50 },
    );
  });
});
