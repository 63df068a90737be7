import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEaInstallerData } from '../../../../src/agent/games/libraries/ea-installer-data.ts';
import { EaStore } from '../../../../src/agent/games/libraries/ea-store.ts';
import { fixtureMachine, fixtureRegistry } from './fixture-machine.ts';

const UNINSTALL = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const SETTINGS = 'C:\\Users\\gamer\\AppData\\Local\\Electronic Arts\\EA Desktop';

function newInstallerData(contentId: string, title: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<DiPManifest version="4.0">
  <buildMetaData><featureFlags autoUpdateEnabled="1"/><gameVersion version="1.0"/></buildMetaData>
  <contentIDs>
    <contentID>${contentId}</contentID>
    <contentID>9999</contentID>
  </contentIDs>
  <gameTitles>
    <gameTitle locale="de_DE">Spiel &amp; Spaß</gameTitle>
    <gameTitle locale="en_US">${title}</gameTitle>
  </gameTitles>
  <runtime><launcher uid="1"><name locale="en_US">Play</name><trial>false</trial></launcher></runtime>
</DiPManifest>`;
}

const OLD_INSTALLER_DATA = `<game manifestVersion="1.1">
  <metadata><localeInfo locale="en_US"><title>Old &lt;Game&gt;</title><eula>readme</eula></localeInfo></metadata>
  <contentIDs><contentID>70001</contentID></contentIDs>
</game>`;

describe('EA', () => {
  it('tells games of the folders it installs to, by what they say of themselves', async () => {
    using fixture = fixtureMachine('win32');
    const file = '__Installer\\installerdata.xml';
    fixture.write(`${SETTINGS}\\user_123.ini`, 'user.x=1\r\nuser.downloadinplacedir=D:\\EA\\\r\n');
    fixture.write('C:\\ProgramData\\EA Desktop\\machine.ini', 'machine.downloadinplacedir = "E:\\All"\n');
    fixture.write(`D:\\EA\\Apex\\${file}`, newInstallerData('194908', 'Apex Legends™'));
    fixture.write(
      `E:\\All\\Wide\\${file}`,
      Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(newInstallerData('5', 'Wide'), 'utf16le')]),
    );
    fixture.write(`C:\\Program Files (x86)\\Origin Games\\Old\\${file}`, OLD_INSTALLER_DATA);
    fixture.write(`C:\\Program Files\\EA Games\\Broken\\${file}`, 'no XML');
    fixture.makeFolder('C:\\Program Files\\EA Games\\No game');
    const store = new EaStore(fixture.machine);
    const reading = await store.read();
    expect(reading.games).toMatchObject([
      { id: 'ea:194908', title: 'Apex Legends™', folder: 'D:\\EA\\Apex' },
      { id: 'ea:5', title: 'Wide', folder: 'E:\\All\\Wide' },
      { id: 'ea:70001', title: 'Old <Game>', folder: 'C:\\Program Files (x86)\\Origin Games\\Old' },
    ]);
    expect(reading.ignored).toEqual([expect.stringContaining('Broken')]);
    expect(await store.watched()).toEqual([
      fixture.machine.files.locate(SETTINGS),
      ...['D:\\EA\\', 'E:\\All', 'C:\\Program Files\\EA Games'].map((path) =>
        fixture.machine.files.locate(path),
      ),
      ...['EA Games', 'Origin Games'].map((name) =>
        fixture.machine.files.locate(`C:\\Program Files (x86)\\${name}`),
      ),
    ]);
  });

  it('tells games of the registry once, and not the EA app', async () => {
    const cleanup =
      '"C:\\Program Files\\Common Files\\EAInstaller\\Mass Effect\\Cleanup.exe" uninstall_game -autologging';
    using fixture = fixtureMachine('win32', {
      registry: fixtureRegistry({
        'HKEY_LOCAL_MACHINE\\SOFTWARE\\EA Games\\Battlefield 2': {
          'Install Dir': 'D:\\EA\\Battlefield 2\\',
          DisplayName: 'Battlefield 2™',
        },
        'HKEY_LOCAL_MACHINE\\SOFTWARE\\Electronic Arts\\EA Desktop': {
          InstallDir: 'C:\\Program Files\\Electronic Arts\\EA Desktop',
        },
        [`${UNINSTALL}\\{GUID-1}`]: {
          DisplayName: 'Mass Effect™',
          InstallLocation: '"D:\\BioWare\\Mass Effect\\"',
          UninstallString: cleanup,
        },
        [`${UNINSTALL}\\{GUID-2}`]: {
          DisplayName: 'Battlefield again',
          InstallLocation: 'd:\\ea\\battlefield 2',
          UninstallString: cleanup,
        },
        [`${UNINSTALL}\\Other`]: {
          DisplayName: 'Other',
          InstallLocation: 'D:\\Other',
          UninstallString: 'x.exe',
        },
      }),
    });
    for (const folder of [
      'D:\\EA\\Battlefield 2',
      'D:\\BioWare\\Mass Effect',
      'D:\\Other',
      'C:\\Program Files\\Electronic Arts\\EA Desktop',
    ]) {
      fixture.makeFolder(folder);
    }
    expect(await new EaStore(fixture.machine).read()).toMatchObject({
      games: [
        { id: 'ea:Battlefield 2', title: 'Battlefield 2™', folder: 'D:\\EA\\Battlefield 2' },
        { id: 'ea:{GUID-1}', title: 'Mass Effect™', folder: 'D:\\BioWare\\Mass Effect' },
      ],
      ignored: [],
    });
  });

  it('is not looked for on Linux', async () => {
    using fixture = fixtureMachine('linux');
    const store = new EaStore(fixture.machine);
    expect([await store.watched(), (await store.read()).games]).toEqual([[], []]);
  });
});

describe('EA installer data', () => {
  it('takes time in proportion to the text', () => {
    const million = 1_000_000;
    for (const text of [
      '<contentID',
      '<gameTitle x',
      '<a>',
      '<a> ',
      '< ',
      '<a   ',
      '&#',
      `<${'a'.repeat(99)} `,
    ]) {
      const beganAt = performance.now();
      parseEaInstallerData(Buffer.from('<game >'.padEnd(million, text)));
      parseEaInstallerData(Buffer.from(`<game ><a>`.padEnd(million, text)));
      expect(performance.now() - beganAt).toBeLessThan(5_000);
    }
  });

  it('reads any document of its kind', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseEaInstallerData(Buffer.from(`<game >${text}</game>`));
      }),
    );
  });
});
