import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.resolve(import.meta.dirname, '../..');
const SOURCES = ['src/confine', 'src/shared'];
/** A build that left its lock behind was killed. */
const LOCK_STALE_MS = 60_000;

/**
 * A launcher of `out/confine`, built anew when its sources changed; test files may ask at the same time.
 * @param entry such as `linux.js`
 * @returns its path
 */
export async function builtLauncher(entry: string): Promise<string> {
  const file = path.join(root, 'out/confine', entry);
  const lock = path.join(tmpdir(), `gata-confine-build-${statSync(root).ino}`);
  while (!takeLock(lock)) await sleep(100);
  try {
    if (!isFresh(file)) build();
  } finally {
    rmdirSync(lock);
  }
  return file;
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const madeMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
    if (madeMs !== undefined && Date.now() - madeMs > LOCK_STALE_MS) rmdirSync(lock);
    return false;
  }
}

function isFresh(file: string): boolean {
  if (!existsSync(file)) return false;
  const builtMs = statSync(file).mtimeMs;
  return SOURCES.every((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).every(
      (name) => statSync(path.join(root, folder, name)).mtimeMs <= builtMs,
    ),
  );
}

function build(): void {
  const result = spawnSync(process.execPath, [path.join(root, 'scripts/build.ts'), 'confine'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`The launchers cannot be built: ${result.stderr}`);
}
