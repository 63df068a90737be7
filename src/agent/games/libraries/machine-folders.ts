import { posix, win32 } from 'node:path';
import type { MachineFiles } from './machine-files.ts';
import type { Registry } from './registry.ts';

/** What readers of stores know of the machine, instead of `process` and `node:fs`. */
export interface MachineFolders {
  readonly platform: 'linux' | 'win32';
  /** The user's home folder, absolute. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly registry: Registry;
  readonly files: MachineFiles;
  /** Roots of local drives, such as `C:\`; `/` where there are no drive letters. */
  drives(): Promise<readonly string[]>;
}

/** How paths of that machine are put together; not those of the machine that runs this, in tests. */
export function pathsOf(machine: Pick<MachineFolders, 'platform'>): typeof posix {
  return machine.platform === 'win32' ? win32 : posix;
}
