import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import koffi, { type KoffiFunc } from 'koffi';
import { ConfinementError } from './confinement-error.ts';
import { removeTree } from './folder-tree.ts';
import { SecurityDescriptor } from './security-descriptor.win32.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

/** `pid-random`, by the launcher's process id. */
const NAME = /^(\d+)-[0-9a-f]{16}$/;

/** A new name for a worker's folder, which tells whose it is. */
export function workerName(pid = process.pid): string {
  return `${pid}-${randomBytes(8).toString('hex')}`;
}

/** The folder that one worker may write, and nobody else but the user; it goes with its owner. */
export class PrivateFolder implements Disposable {
  readonly path: string;

  /** @param sddl who may do what in it. @throws ConfinementError */
  constructor(calls: WindowsCalls, root: string, name: string, sddl: string) {
    mkdirSync(root, { recursive: true });
    this.path = join(root, name);
    const create: KoffiFunc<(path: string, attributes: Buffer) => number> = koffi
      .load('kernel32.dll')
      .func('int __stdcall CreateDirectoryW(str16 path, uint8_t *attributes)');
    using descriptor = new SecurityDescriptor(calls, sddl);
    if (create(this.path, descriptor.attributes()) === 0) {
      throw new ConfinementError('CreateDirectory', calls.getLastError());
    }
  }

  [Symbol.dispose](): void {
    tryToRemove(this.path);
  }
}

/**
 * Removes what launchers left that were killed.
 * @param forget called with the name of each.
 */
export function sweep(root: string, forget: (name: string) => void): void {
  mkdirSync(root, { recursive: true });
  for (const name of readdirSync(root)) {
    const owner = NAME.exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    forget(name);
    tryToRemove(join(root, name));
  }
}

/** A file that a virus scanner holds must not keep a worker from starting or ending: the next sweep takes it. */
function tryToRemove(path: string): void {
  try {
    removeTree(path);
  } catch (error) {
    process.stderr.write(`${path} could not be removed yet: ${error}\n`);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
