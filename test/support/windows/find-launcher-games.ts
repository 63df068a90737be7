import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { createGameLibrary } from '../../../src/agent/games/libraries/create-game-library.ts';
import { systemClock } from '../../../src/shared/clock.ts';

/** Runs on Windows: installs a game as each launcher does, and prints what the library knows of them as JSON. */
const folder = mkdtempSync('C:\\gata-launchers-');
const registryProgram = 'reg.exe';
const reg = (...args: readonly string[]) => execFileSync(registryProgram, args, { stdio: 'ignore' });
const uninstall = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const keys = [
  'HKLM\\SOFTWARE\\Ubisoft\\Launcher\\Installs\\5595',
  'HKLM\\SOFTWARE\\EA Games\\Gata Game',
  `${uninstall}\\Uplay Install 5595`,
  `${uninstall}\\GataOverwatch`,
];

function makeGame(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** A field of Protocol Buffers; its content is shorter than 128 bytes. */
function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.of(number * 8 + 2, bytes.length), bytes]);
}

try {
  process.env.ProgramData = join(folder, 'ProgramData');
  process.env.APPDATA = join(folder, 'Roaming');
  process.env.LOCALAPPDATA = join(folder, 'Local');
  const [ubisoftKey = '', eaKey = '', uplayKey = '', overwatchKey = ''] = keys;
  const add = (key: string, name: string, value: string) =>
    reg('add', key, '/v', name, '/d', value, '/f', '/reg:32');

  add(ubisoftKey, 'InstallDir', `${makeGame('Ubisoft').replaceAll('\\', '/')}/`);
  add(uplayKey, 'DisplayName', 'Ubisoft Game');
  add(eaKey, 'Install Dir', `${makeGame('EA')}\\`);
  add(eaKey, 'DisplayName', 'EA Game');
  const library = join(folder, 'EA library');
  write(
    join(process.env.LOCALAPPDATA, 'Electronic Arts', 'EA Desktop', 'user_1.ini'),
    `user.downloadinplacedir=${library}\r\n`,
  );
  write(
    join(library, 'Newer', '__Installer', 'installerdata.xml'),
    '<DiPManifest><contentIDs><contentID>7</contentID></contentIDs></DiPManifest>',
  );
  const settings = field(1, makeGame('Overwatch').replaceAll('\\', '/'));
  const product = Buffer.concat([field(1, 'prometheus'), field(2, 'pro'), field(3, settings)]);
  write(join(process.env.ProgramData, 'Battle.net', 'Agent', 'product.db'), field(1, product));
  add(overwatchKey, 'DisplayName', 'Overwatch 2');
  add(overwatchKey, 'UninstallString', '"C:\\x\\Blizzard Uninstaller.exe" --lang=enUS --uid=prometheus');
  const riot = makeGame('Riot').replaceAll('\\', '/');
  write(
    join(process.env.ProgramData, 'Riot Games', 'Metadata', 'a.live', 'a.live.product_settings.yaml'),
    `product_install_full_path: "${riot}"\nshortcut_name: "Riot Game.lnk"\n`,
  );
  write(
    join(process.env.APPDATA, 'heroic', 'gog_store', 'installed.json'),
    JSON.stringify({ installed: [{ appName: '1', install_path: makeGame('Heroic') }] }),
  );
  const database = join(process.env.APPDATA, 'itch', 'db', 'butler.db');
  mkdirSync(dirname(database), { recursive: true });
  const butler = new DatabaseSync(database);
  butler.exec(`CREATE TABLE games (id INTEGER PRIMARY KEY, title TEXT, classification TEXT);
    CREATE TABLE caves (id TEXT, game_id INTEGER, custom_install_folder TEXT, installed_size INTEGER);
    INSERT INTO games VALUES (1, 'itch Game', 'game');
    INSERT INTO caves VALUES ('c', 1, '${makeGame('itch')}', 5)`);
  butler.close();

  await using games = await createGameLibrary({
    logger: pino({ level: 'silent' }),
    clock: systemClock,
    userFolders: () => [],
  });
  await games.start();
  const found = games.games().filter((game) => game.folder.startsWith(folder));
  process.stdout.write(
    JSON.stringify({
      found: found.map(({ id, title, folder: path }) => [id, title, path.slice(folder.length)]),
      owner: games.gameOf(join(folder, 'OVERWATCH', 'game.exe'))?.id ?? null,
    }),
  );
} finally {
  for (const key of keys) reg('delete', key, '/f', '/reg:32');
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
