import { createHash } from 'node:crypto';
import {
  closeSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type SelfTestTargets, selfTestFileName } from '../../shared/self-test-protocol.ts';
import { type Attempt, NothingGained } from './attempt.ts';

/** More than any path is deep. */
const CLIMB = '../'.repeat(40);
/** Nodes that no model needs: memory, kernel messages, keyboards, sound, screens. */
const DEVICES = ['/dev/mem', '/dev/kmsg', '/dev/port', '/dev/fb0', '/dev/uinput', '/dev/kvm', '/dev/fuse'];
const DEVICE_FOLDERS = ['/dev/input', '/dev/snd', '/dev/disk', '/dev/mapper'];

/** Reading, listing and writing what is not the worker's. */
export function fileAttempts(targets: SelfTestTargets): Attempt[] {
  const { canary, nonce } = targets;
  const name = selfTestFileName(nonce);
  return [
    { what: `read Gata's own file ${canary.path}`, run: () => readCanary(targets, canary.path) },
    ...waysRound(targets),
    ...targets.files.map((file) => ({ what: `read ${file}`, run: () => `${readByte(file)} bytes` })),
    ...targets.folders.map(({ path: folder, entries }) => ({
      what: `list ${folder}`,
      run: () => list(folder, entries),
    })),
    ...targets.writeIn.map((folder) => ({
      what: `write in ${folder}`,
      run: () => write(path.join(folder, name), nonce),
      seenAs: folder,
    })),
    {
      what: "change the worker's own program",
      run: () => {
        const file = path.join(path.dirname(process.argv[1] ?? '/'), name);
        writeFileSync(file, nonce);
        remove(file);
        return file;
      },
    },
    ...(process.platform === 'linux' ? deviceAttempts() : []),
  ];
}

/** Detours to the same file. */
function waysRound(targets: SelfTestTargets): Attempt[] {
  const { canary, nonce } = targets;
  const beside = (kind: string) => path.join(tmpdir(), `${selfTestFileName(nonce)}-${kind}`);
  const through = (file: string, make: () => void): string => {
    try {
      make();
      return readCanary(targets, file);
    } finally {
      remove(file);
    }
  };
  const symbolic = beside('symbolic');
  const hard = beside('hard');
  const roots = process.platform === 'linux' ? ['self', '1', String(targets.pid)] : [];
  return [
    {
      what: `read ${canary.path} through a symbolic link`,
      run: () => through(symbolic, () => symlinkSync(canary.path, symbolic)),
    },
    {
      what: `read ${canary.path} through a hard link`,
      run: () => through(hard, () => linkSync(canary.path, hard)),
    },
    {
      what: `climb to ${canary.path} from its working folder`,
      run: () => readCanary(targets, path.join('.', CLIMB, path.relative('/', canary.path))),
    },
    ...roots.map((process) => ({
      what: `read ${canary.path} through /proc/${process}/root`,
      run: () => readCanary(targets, `/proc/${process}/root${canary.path}`),
    })),
  ];
}

function deviceAttempts(): Attempt[] {
  return [
    {
      what: 'open devices of the machine',
      run: () => someOf(DEVICES, (file) => readDescriptor(file, () => true)),
    },
    {
      what: 'see keyboards, sound cards or disks',
      run: () => someOf(DEVICE_FOLDERS, (folder) => readdirSync(folder).length > 0),
    },
    {
      what: 'read a disk',
      run: () => {
        const names = readdirSync('/dev').map((name) => path.join('/dev', name));
        const disks = names.filter((file) => statSync(file, { throwIfNoEntry: false })?.isBlockDevice());
        return someOf(disks, (file) => readDescriptor(file, (descriptor) => readOne(descriptor) > 0));
      },
    },
    {
      what: "change the kernel's settings",
      // Opening suffices, and changes nothing.
      run: () => someOf(['/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger'], isWritable),
    },
  ];
}

function readCanary({ canary }: SelfTestTargets, file: string): string {
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (digest !== canary.sha256) throw new NothingGained('another file');
  return file;
}

function readByte(file: string): number {
  return readDescriptor(file, readOne);
}

function readOne(descriptor: number): number {
  return readSync(descriptor, Buffer.alloc(1), 0, 1, 0);
}

function readDescriptor<T>(file: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(file, 'r');
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A sandbox may let files be made and not removed; its end removes them. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {}
}

function isWritable(file: string): boolean {
  closeSync(openSync(file, 'r+'));
  return true;
}

function list(folder: string, entries: number): string {
  const seen = readdirSync(folder).length;
  if (seen === 0 || seen < entries) throw new NothingGained('another folder');
  return `${seen} names`;
}

function write(file: string, text: string): string {
  writeFileSync(file, text);
  return file;
}

/** Those for which the action neither throws nor is false. @throws NothingGained when there are none. */
export function someOf(names: readonly string[], action: (name: string) => boolean): string {
  const got = names.filter((name) => {
    try {
      return action(name);
    } catch {
      return false;
    }
  });
  if (got.length === 0) throw new NothingGained('none');
  return got.join(', ');
}
