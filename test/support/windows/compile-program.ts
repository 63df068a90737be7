import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const COMPILER = 'x86_64-w64-mingw32-gcc';

/** Why Windows programs cannot be compiled here; undefined when they can. */
export function windowsCompilerMissing(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, COMPILER)))
    ? undefined
    : `${COMPILER} is not installed (Debian: apt-get install gcc-mingw-w64-x86-64)`;
}

/** @throws Error with the compiler's words. */
export function compileWindowsProgram(source: string, program: string): void {
  const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-static-libgcc'];
  const run = spawnSync(COMPILER, [...flags, '-o', program, source], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${source} does not compile: ${run.error?.message ?? run.stderr}`);
}
