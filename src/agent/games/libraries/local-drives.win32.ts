import koffi, { type KoffiFunc } from 'koffi';

/** GetDriveTypeW of fileapi.h: drives that people install games on. Those of servers may keep one waiting. */
const REMOVABLE = 2;
const FIXED = 3;

/** Roots of this Windows' local drives, such as `C:\` (kernel32). */
export function localDrives(): readonly string[] {
  const library = koffi.load('kernel32.dll');
  const logicalDrives: KoffiFunc<() => number> = library.func('uint32_t __stdcall GetLogicalDrives()');
  const driveType: KoffiFunc<(root: Buffer) => number> = library.func(
    'uint32_t __stdcall GetDriveTypeW(const uint8_t *root)',
  );
  const present = logicalDrives();
  return [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    .filter((_letter, bit) => Math.floor(present / 2 ** bit) % 2 === 1)
    .map((letter) => `${letter}:\\`)
    .filter((root) => [REMOVABLE, FIXED].includes(driveType(Buffer.from(`${root}\0`, 'utf16le'))));
}
