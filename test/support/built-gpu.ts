import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '../..');
const SOURCES = ['src/gpu', 'src/shared', 'packages/node-nvml/src'];
/** A build that left its lock behind was killed. */
const LOCK_STALE_MS = 60_000;

/**
 * `out/gpu`, built anew when its sources changed; test files may ask at the same time.
 * @param entry such as `helper.js`
 * @returns its path
 */
export async function builtGpuProgram(entry: string): Promise<string> {
  const path = join(root, 'out/gpu', entry);
  const lock = join(tmpdir(), `gata-gpu-build-${statSync(root).ino}`);
  while (!takeLock(lock)) await sleep(100);
  try {
    if (!isFresh(path)) build();
  } finally {
    rmdirSync(lock);
  }
  return path;
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

function isFresh(path: string): boolean {
  if (!existsSync(path)) return false;
  const builtMs = statSync(path).mtimeMs;
  return SOURCES.every((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).every(
      (file) => statSync(join(root, folder, file)).mtimeMs <= builtMs,
    ),
  );
}

function build(): void {
  const result = spawnSync(process.execPath, [join(root, 'scripts/build.ts'), 'gpu'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`The GPU programs cannot be built: ${result.stderr}`);
}
