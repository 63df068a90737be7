/**
 * Landlock's rights by the version (ABI) that brought them, and the structures it takes them in.
 * Source: the kernel's Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h.
 */
const FS = {
  execute: 1n << 0n,
  writeFile: 1n << 1n,
  readFile: 1n << 2n,
  readFolder: 1n << 3n,
  makeFolder: 1n << 7n,
  makeFile: 1n << 8n,
  truncate: 1n << 14n,
  controlDevice: 1n << 15n,
} as const;

/** All rights on files of a version: each has those of the versions before. */
const FS_RIGHTS_BY_VERSION: readonly [version: number, rights: bigint][] = [
  // Up to making symbolic links.
  [1, (1n << 13n) - 1n],
  // Moving and linking between folders.
  [2, 1n << 13n],
  [3, FS.truncate],
  [5, FS.controlDevice],
];
/** Binding and connecting TCP sockets. */
const NETWORK_RIGHTS = 0b11n;
const NETWORK_VERSION = 4;
/** Abstract Unix sockets of others, and signals to others. */
const SCOPES = 0b11n;
const SCOPE_VERSION = 6;

export type PathUse = 'execute' | 'read' | 'device' | 'temporary';

export interface LandlockRights {
  /** struct landlock_ruleset_attr, as long as the version knows it. */
  readonly ruleset: Uint8Array;
  /** What a use of a path allows; on a file only what can be done to files. */
  allowed(use: PathUse, isFolder: boolean): bigint;
}

/** @param version 1 or more, as the kernel tells it. */
export function landlockRights(version: number): LandlockRights {
  const files = FS_RIGHTS_BY_VERSION.filter(([since]) => since <= version).reduce(
    (all, [, rights]) => all | rights,
    0n,
  );
  const words = [files];
  if (version >= NETWORK_VERSION) words.push(NETWORK_RIGHTS);
  if (version >= SCOPE_VERSION) words.push(SCOPES);
  return {
    ruleset: new Uint8Array(new BigUint64Array(words).buffer),
    allowed: (use, isFolder) => rightsOf(use, isFolder) & files,
  };
}

function rightsOf(use: PathUse, isFolder: boolean): bigint {
  switch (use) {
    case 'execute':
      return FS.execute | FS.readFile;
    case 'read':
      return isFolder ? FS.readFile | FS.readFolder : FS.readFile;
    case 'device':
      return FS.readFile | FS.writeFile | FS.controlDevice;
    case 'temporary':
      // Neither removing nor moving: what a worker writes stays where its size is seen.
      return FS.readFile | FS.readFolder | FS.writeFile | FS.truncate | FS.makeFile | FS.makeFolder;
  }
}

/** struct landlock_path_beneath_attr, which is packed. */
export function pathRule(rights: bigint, descriptor: number): Uint8Array {
  const rule = new Uint8Array(12);
  const view = new DataView(rule.buffer);
  view.setBigUint64(0, rights, true);
  view.setInt32(8, descriptor, true);
  return rule;
}
