import type { ProviderLibrary } from '../../../shared/provider-library.ts';

/** So much of a file's beginning is looked at. */
export const HEADER_BYTES = 4096;

const ELF_MAGIC = 0x7f454c46;
const ELF_64_BIT = 2;
const ELF_LITTLE_ENDIAN = 1;
const ELF_SHARED_OBJECT = 3;
const ELF_MACHINES = { x64: 62, arm64: 183 } as const;
const PE_SIGNATURE_PLACE = 0x3c;
const PE_SIGNATURE = 0x50450000;
const PE_MACHINES = { x64: 0x8664, arm64: 0xaa64 } as const;
const PE_IS_DLL = 0x2000;

type Target = Pick<ProviderLibrary, 'platform' | 'architecture'>;

/** Whether a file has to be a library by its name; licences and data lie beside them. */
export function isLibraryName(name: string): boolean {
  return /\.(dll|so(\.\d+)*)$/i.test(name);
}

/**
 * Whether a file begins as a shared library for this platform and processor does: ELF (System V ABI, chapter 4) or
 * PE (Microsoft's PE format, "COFF File Header").
 * @param header the first `HEADER_BYTES`, or the whole file.
 */
export function isLibraryFor(header: Buffer, { platform, architecture }: Target): boolean {
  if (platform === 'linux') return isElf(header, ELF_MACHINES[architecture]);
  return isPe(header, PE_MACHINES[architecture]);
}

function isElf(header: Buffer, machine: number): boolean {
  return (
    header.byteLength >= 64 &&
    header.readUInt32BE(0) === ELF_MAGIC &&
    header[4] === ELF_64_BIT &&
    header[5] === ELF_LITTLE_ENDIAN &&
    header.readUInt16LE(16) === ELF_SHARED_OBJECT &&
    header.readUInt16LE(18) === machine
  );
}

function isPe(header: Buffer, machine: number): boolean {
  if (header.byteLength < 64 || header.toString('latin1', 0, 2) !== 'MZ') return false;
  const start = header.readUInt32LE(PE_SIGNATURE_PLACE);
  if (start + 24 > header.byteLength) return false;
  return (
    header.readUInt32BE(start) === PE_SIGNATURE &&
    header.readUInt16LE(start + 4) === machine &&
    (header.readUInt16LE(start + 22) & PE_IS_DLL) !== 0
  );
}
