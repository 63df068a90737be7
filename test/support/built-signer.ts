import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '../..');
const entry = join(root, 'out/signer/main.js');
/** The launcher that puts its sandbox on is built with it. */
const launcher = join(root, 'out/confine/linux.js');
const SOURCES = ['src/signer', 'src/shared'];
/** A build that left its lock behind was killed. */
const LOCK_STALE_MS = 60_000;

/** `out/signer/main.js`, built anew when its sources changed; test files may ask at the same time. */
export async function builtSigner(): Promise<string> {
  const lock = join(tmpdir(), `gata-signer-build-${statSync(root).ino}`);
  while (!takeLock(lock)) await sleep(100);
  try {
    if (!isFresh()) build('signer');
    if (!existsSync(launcher)) build('confine');
  } finally {
    rmdirSync(lock);
  }
  return entry;
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
  if (!existsSync(entry)) return false;
  const builtMs = statSync(entry).mtimeMs;
  return SOURCES.every((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).every(
      (file) => statSync(join(root, folder, file)).mtimeMs <= builtMs,
    ),
  );
}

function build(program: string): void {
  const result = spawnSync(process.execPath, [join(root, 'scripts/build.ts'), program], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`${program} cannot be built: ${result.stderr}`);
}
