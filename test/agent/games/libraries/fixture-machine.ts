import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { MachineFiles } from '../../../../src/agent/games/libraries/machine-files.ts';
import type { MachineFolders } from '../../../../src/agent/games/libraries/machine-folders.ts';
import { emptyRegistry, type Registry } from '../../../../src/agent/games/libraries/registry.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

export interface FixtureMachine extends Disposable {
  readonly machine: MachineFolders;
  /** Where the machine's files lie on this one. */
  readonly root: string;
  /** Writes a file of the machine, and its folders. */
  write(path: string, content: string | Uint8Array): void;
  makeFolder(path: string): void;
  remove(path: string): void;
}

export interface FixtureOptions {
  readonly registry?: Registry;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of a Windows machine; `C:` by default. */
  readonly drives?: readonly string[];
}

/** A machine whose file system is a temporary folder: `C:\Games` is `<root>/C/Games`. */
export function fixtureMachine(
  platform: 'linux' | 'win32',
  { registry = emptyRegistry, environment = {}, drives = ['C:\\'] }: FixtureOptions = {},
): FixtureMachine {
  const folder = temporaryFolder();
  const files = new MachineFiles(folder.path);
  const machine: MachineFolders = {
    platform,
    home: platform === 'win32' ? 'C:\\Users\\gamer' : '/home/gamer',
    environment,
    registry,
    files,
    drives: async () => (platform === 'win32' ? drives : ['/']),
  };
  const makeFolder = (path: string) => mkdirSync(files.locate(path), { recursive: true });
  makeFolder(machine.home);
  return {
    machine,
    root: folder.path,
    makeFolder,
    write: (path, content) => {
      mkdirSync(dirname(files.locate(path)), { recursive: true });
      writeFileSync(files.locate(path), content);
    },
    remove: (path) => rmSync(files.locate(path), { recursive: true, force: true }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** A registry of keys with their values; keys and names in any case, as on Windows. */
export function fixtureRegistry(keys: Readonly<Record<string, Readonly<Record<string, string>>>>): Registry {
  const lower = (text: string) => text.toLowerCase();
  const entries = Object.entries(keys).map(([key, values]) => [lower(key), key, values] as const);
  return {
    value: (root, key, name) => {
      const [, , values] = entries.find(([known]) => known === lower(`${root}\\${key}`)) ?? [];
      return Object.entries(values ?? {}).find(([known]) => lower(known) === lower(name))?.[1];
    },
    subkeys: (root, key) => {
      const prefix = lower(`${root}\\${key}\\`);
      const below = entries.filter(([known]) => known.startsWith(prefix));
      return [...new Set(below.map(([, whole]) => whole.slice(prefix.length).split('\\')[0] ?? ''))];
    },
  };
}
