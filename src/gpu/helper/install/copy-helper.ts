import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { HelperFile } from './helper-files.ts';
import { InstallError } from './install-error.ts';

/**
 * Copies the helper's files into an empty folder and compares each with its source afterwards.
 * @throws InstallError naming the file.
 */
export function copyHelper(files: readonly HelperFile[], folder: string, version: string): void {
  for (const { name, source, executable } of files) {
    const target = join(folder, name);
    try {
      mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
      copyFileSync(source, target, constants.COPYFILE_EXCL);
      // The source's mode comes along, and the umask may be anything.
      chmodSync(target, executable ? 0o755 : 0o644);
      flush(target);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new InstallError(`${target} could not be written (${detail}). Free some space and try again.`, {
        cause: error,
      });
    }
    if (digest(source) !== digest(target)) {
      throw new InstallError(`${target} is not what was copied. Try again; if it stays so, check the disk.`);
    }
  }
  // Says that the bundle is an ES module, and to `status` which version this is.
  const description = { name: 'gata-gpu-helper', version, private: true, type: 'module' };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(description)}\n`, {
    mode: 0o644,
    flush: true,
  });
}

function flush(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
