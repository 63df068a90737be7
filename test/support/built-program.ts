import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerProgram } from '../../src/agent/sandbox/sandbox.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** What each program of `out/` is built from. */
const SOURCES = {
  workers: ['src/workers', 'src/shared'],
  confine: ['src/confine', 'src/shared'],
  signer: ['src/signer', 'src/shared'],
  gpu: ['src/gpu', 'src/shared', 'packages/node-nvml/src'],
} as const;
type Program = keyof typeof SOURCES;
/** A build that left its lock behind was killed. */
const LOCK_STALE_MS = 60_000;

/** The worker as it ships. */
export async function builtWorker(): Promise<WorkerProgram> {
  return { nodePath: process.execPath, entryPath: await builtProgram('workers', 'host.js') };
}

/** @param entry such as `helper.js` */
export function builtGpuProgram(entry: string): Promise<string> {
  return builtProgram('gpu', entry);
}

/** @param entry such as `linux.js` */
export function builtLauncher(entry: string): Promise<string> {
  return builtProgram('confine', entry);
}

/** The signer, and the launcher that puts its sandbox on. */
export async function builtSigner(): Promise<string> {
  await builtProgram('confine', 'linux.js');
  return builtProgram('signer', 'main.js');
}

/** The path of an entry, built anew when its sources changed; test files may ask at the same time. */
async function builtProgram(program: Program, entry: string): Promise<string> {
  const file = path.join(root, 'out', program, entry);
  const lock = path.join(tmpdir(), `gata-${program}-build-${statSync(root).ino}`);
  while (!takeLock(lock)) await sleep(100);
  try {
    if (!isFresh(file, SOURCES[program])) build(program);
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

function isFresh(file: string, sources: readonly string[]): boolean {
  if (!existsSync(file)) return false;
  const builtMs = statSync(file).mtimeMs;
  return sources.every((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).every(
      (name) => statSync(path.join(root, folder, name)).mtimeMs <= builtMs,
    ),
  );
}

function build(program: Program): void {
  const result = spawnSync(process.execPath, [path.join(root, 'scripts/build.ts'), program], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`out/${program} cannot be built: ${result.stderr}`);
}
