import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { createGameLibrary } from '../../../src/agent/games/libraries/create-game-library.ts';
import { systemClock } from '../../../src/shared/clock.ts';

/** Runs on Windows: installs games as Steam, Epic and GOG do, and prints what the library knows of them as JSON. */
const folder = mkdtempSync('C:\\gata-games-');
const steam = join(folder, 'Steam');
const programData = join(folder, 'ProgramData');
const registryProgram = 'reg.exe';
const reg = (...args: readonly string[]) => execFileSync(registryProgram, args, { stdio: 'ignore' });

function installSteamGame(appId: number, name: string): void {
  mkdirSync(join(steam, 'steamapps', 'common', name), { recursive: true });
  const manifest = `"AppState" { "appid" "${appId}" "name" "${name}" "StateFlags" "4" "installdir" "${name}" }`;
  writeFileSync(join(steam, 'steamapps', `appmanifest_${appId}.acf`), manifest);
}

const steamKey = 'HKCU\\Software\\Valve\\Steam';
const gogKey = 'HKLM\\SOFTWARE\\GOG.com\\Games\\42';
try {
  reg('add', steamKey, '/v', 'SteamPath', '/d', steam.replaceAll('\\', '/').toLowerCase(), '/f');
  installSteamGame(1, 'Steam Game');
  const gog = join(folder, 'Gog Game');
  mkdirSync(gog);
  reg('add', gogKey, '/v', 'path', '/d', gog, '/f', '/reg:32');
  reg('add', gogKey, '/v', 'gameName', '/d', 'Gog Game', '/f', '/reg:32');
  process.env.ProgramData = programData;
  const manifests = join(programData, 'Epic', 'EpicGamesLauncher', 'Data', 'Manifests');
  mkdirSync(manifests, { recursive: true });
  mkdirSync(join(folder, 'Epic Game'));
  const item = { AppName: 'epic', DisplayName: 'Epic Game', InstallLocation: join(folder, 'Epic Game') };
  writeFileSync(join(manifests, '1.item'), JSON.stringify(item));
  mkdirSync(join(folder, 'Mine', 'Own Game'), { recursive: true });

  await using library = await createGameLibrary({
    logger: pino({ level: 'silent' }),
    clock: systemClock,
    userFolders: () => [join(folder, 'Mine'), 'C:\\', 'C:\\Windows'],
  });
  await library.start();
  const found = library.games().map(({ id, title }) => [id.slice(0, 10), title]);
  const programs = [
    `${steam.toUpperCase()}/STEAMAPPS/common\\Steam Game\\bin\\game.exe`,
    `${gog}\\game.exe`,
    'C:\\windows\\system32\\notepad.exe',
  ];
  const owners = programs.map((path) => library.gameOf(path)?.title ?? null);
  // The library's watches keep no process alive.
  const alive = setInterval(() => {}, 1_000);
  const changed = new Promise<void>((resolve) => library.once('change', resolve));
  installSteamGame(2, 'Newer Game');
  await changed;
  clearInterval(alive);
  const newer = library.games().some(({ title }) => title === 'Newer Game');
  process.stdout.write(JSON.stringify({ found, owners, newer }));
} finally {
  reg('delete', steamKey, '/f');
  reg('delete', gogKey, '/f', '/reg:32');
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
