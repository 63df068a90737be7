// What `npm start` and `npm test` need before Node 24 and the packages are there. Plain JavaScript without
// dependencies, because a fresh clone has only the machine's own Node (20.19 or newer) and npm.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** The Node 24 that every program and script runs on, from the `node` dev dependency. */
export const node24 = path.join(
  root,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Progress goes to stderr: stdout belongs to results. */
export function progress(line) {
  process.stderr.write(`${line}\n`);
}

/** Ends the program with a sentence that says what to do. */
export function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}

export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `Node ${process.versions.node} is too old. Install Node 20.19 or newer from https://nodejs.org and run this again.`,
  );
}

/** Runs `npm ci` when node_modules is missing or older than the lock file. */
export function ensurePackages() {
  const marker = path.join(root, 'node_modules/.package-lock.json');
  if (
    existsSync(marker) &&
    existsSync(node24) &&
    modified(marker) >= modified(path.join(root, 'package-lock.json'))
  )
    return;
  progress('Installing packages (npm ci)…');
  const npm = process.env.npm_execpath;
  const [command, args] = npm
    ? [process.execPath, [npm]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const result = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: command.endsWith('.cmd'),
  });
  if (result.status !== 0) fail('npm ci failed; its messages are above. Is the npm registry reachable?');
  if (!existsSync(node24))
    fail(
      'npm ci did not install Node 24 (package "node"). Are install scripts disabled? Run: npm rebuild node',
    );
}

/** Builds out/ when a source file is newer than the last build. */
export function ensureBuilt() {
  const stamp = path.join(root, 'out/.built');
  const sources = [
    'src',
    'packages',
    'scripts/build.ts',
    'package-lock.json',
    'vite.renderer.config.ts',
    'electron.vite.config.ts',
  ];
  const newest = Math.max(...sources.map((source) => newestIn(path.join(root, source))));
  if (existsSync(stamp) && Number(readFileSync(stamp, 'utf8')) >= newest) return;
  progress('Building…');
  const result = spawnSync(node24, ['scripts/build.ts'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) fail('The build failed; its messages are above.');
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, String(newest));
}

/**
 * Installs Debian packages when that is possible without asking anybody: as root, with apt-get.
 * @param {Record<string, string>} filesByPackage package → a file that exists when it is installed
 * @returns {string[]} the packages still missing
 */
export function ensureDebianPackages(filesByPackage) {
  const missing = () =>
    Object.entries(filesByPackage)
      .filter(([, file]) => !existsSync(file))
      .map(([name]) => name);
  const wanted = missing();
  const canInstall =
    process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (wanted.length === 0 || !canInstall) return wanted;
  progress(`Installing Debian packages: ${wanted.join(' ')}…`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env: environment }).status === 0;
  const install = () => apt(['install', '-y', '-qq', '--no-install-recommends', ...wanted]);
  // The package lists of a fresh container are empty or old; refresh them only then.
  if (!install()) apt(['update', '-qq']) && install();
  return missing();
}

function newestIn(file) {
  if (!existsSync(file)) return 0;
  if (!statSync(file).isDirectory()) return modified(file);
  return readdirSync(file, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((newest, entry) => Math.max(newest, modified(path.join(entry.parentPath, entry.name))), 0);
}

function modified(file) {
  return statSync(file).mtimeMs;
}
