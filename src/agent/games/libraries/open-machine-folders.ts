import { homedir } from 'node:os';
import { MachineFiles } from './machine-files.ts';
import type { MachineFolders } from './machine-folders.ts';
import { emptyRegistry } from './registry.ts';

/** This machine. Systems other than Windows are looked at as Linux is. */
export async function openMachineFolders(): Promise<MachineFolders> {
  const common = { home: homedir(), environment: process.env, files: new MachineFiles() };
  if (process.platform !== 'win32') {
    return { ...common, platform: 'linux', registry: emptyRegistry, drives: async () => ['/'] };
  }
  const { Win32Registry } = await import('./registry.win32.ts');
  const { localDrives } = await import('./local-drives.win32.ts');
  return {
    ...common,
    platform: 'win32',
    registry: new Win32Registry(process.env),
    // Asked each time: drives come and go.
    drives: async () => localDrives(),
  };
}
