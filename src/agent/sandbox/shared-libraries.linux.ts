import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The shared libraries that programs or libraries load at their start, the dynamic loader included, by the
 * absolute paths under which they are found; those that are missing are left out.
 */
export async function sharedLibrariesOf(files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map(librariesOf));
  return [...new Set(found.flat())].sort();
}

async function librariesOf(file: string): Promise<string[]> {
  const { stdout } = await run('/usr/bin/ldd', [file], { env: { LC_ALL: 'C' } });
  return parseLdd(stdout);
}

/** Lines are `name => /path (0x…)`, or `/path (0x…)` for the loader. */
export function parseLdd(output: string): string[] {
  return [...output.matchAll(/^\s*(?:\S+ => )?(\/.*) \(0x[0-9a-f]+\)$/gm)].flatMap(([, file]) =>
    file === undefined ? [] : [path.normalize(file)],
  );
}
