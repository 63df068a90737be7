import { createHash } from 'node:crypto';
import type { ProviderLibrary } from '../../src/shared/provider-library.ts';

export interface TestLibrary {
  readonly library: ProviderLibrary;
  /** By name. */
  readonly files: ReadonlyMap<string, Buffer>;
}

const ELF_MACHINES = { x64: 62, arm64: 183 } as const;
const PE_MACHINES = { x64: 0x8664, arm64: 0xaa64 } as const;
type Architecture = keyof typeof ELF_MACHINES;

/** Bytes that begin as a shared library of Linux does; the rest is noise that is the same every time. */
export function elfLibrary(bytes: number, architecture: Architecture = 'x64', seed = 1): Buffer {
  const library = noise(bytes, seed);
  library.fill(0, 0, 64);
  library.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  library.writeUInt16LE(3, 16);
  library.writeUInt16LE(ELF_MACHINES[architecture], 18);
  return library;
}

/** Bytes that begin as a library of Windows does. */
export function peLibrary(bytes: number, architecture: Architecture = 'x64', seed = 1): Buffer {
  const library = noise(bytes, seed);
  library.fill(0, 0, 256);
  library.write('MZ', 0, 'latin1');
  library.writeUInt32LE(128, 0x3c);
  library.write('PE\0\0', 128, 'latin1');
  library.writeUInt16LE(PE_MACHINES[architecture], 132);
  library.writeUInt16LE(0x2022, 128 + 22);
  return library;
}

/** A library for Linux x64 of two files and its licence, downloaded from below `baseUrl`. */
export function testLibrary(baseUrl: string, changes: Partial<ProviderLibrary> = {}): TestLibrary {
  const files = new Map([
    ['libprovider.so', elfLibrary(300_000)],
    ['libhelper.so.1', elfLibrary(120_000, 'x64', 2)],
    ['LICENCE.txt', Buffer.from('Do as you please.\n')],
  ]);
  return libraryOf(files, baseUrl, changes);
}

export function libraryOf(
  files: ReadonlyMap<string, Buffer>,
  baseUrl: string,
  changes: Partial<ProviderLibrary> = {},
): TestLibrary {
  const library: ProviderLibrary = {
    id: 'cuda-linux-x64',
    provider: 'cuda',
    version: '1.0.0',
    platform: 'linux',
    architecture: 'x64',
    ortApiVersion: 24,
    minimumDriver: null,
    licence: { name: 'Test licence', url: 'https://licence.example/text', text: 'Do as you please.' },
    entryFile: [...files.keys()][0] ?? '',
    files: [...files].map(([name, bytes]) => ({
      name,
      url: `${baseUrl}/${name}`,
      bytes: bytes.byteLength,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
    ...changes,
  };
  return { library, files };
}

/** xorshift32. */
function noise(bytes: number, seed: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  let state = seed;
  for (let index = 0; index < bytes; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    buffer[index] = state & 0xff;
  }
  return buffer;
}
