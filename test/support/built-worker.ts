import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerProgram } from '../../src/agent/sandbox/sandbox.ts';

const root = path.resolve(import.meta.dirname, '../..');
const entryPath = path.join(root, 'out/workers/host.js');
/** A build that left its lock behind was killed. */
const LOCK_STALE_MS = 60_000;

/** The worker as it ships, built anew when its sources changed; test files may ask at the same time. */
export async function builtWorker(): Promise<WorkerProgram> {
  const lock = path.join(tmpdir(), `gata-worker-build-${statSync(root).ino}`);
  while (!takeLock(lock)) await sleep(100);
  try {
    if (!isFresh()) build();
  } finally {
    rmdirSync(lock);
  }
  return { nodePath: process.execPath, entryPath };
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

function isFresh(): boolean {
  if (!existsSync(entryPath)) return false;
  const builtMs = statSync(entryPath).mtimeMs;
  return ['src/workers', 'src/shared'].every((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).every(
      (file) => statSync(path.join(root, folder, file)).mtimeMs <= builtMs,
    ),
  );
}

function build(): void {
  const result = spawnSync(process.execPath, [path.join(root, 'scripts/build.ts'), 'workers'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`The worker cannot be built: ${result.stderr}`);
}
