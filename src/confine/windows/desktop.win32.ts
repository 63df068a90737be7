import koffi, { type KoffiFunc } from 'koffi';
import { CONSTANTS } from './constants.ts';
import { SecurityDescriptor } from './security-descriptor.win32.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

const NAME_BYTES = 512;

/**
 * A desktop of the worker's own in this session's window station: it sees no window of the user's, and nobody
 * sees one of its. It is gone when the last program that uses it is.
 */
export class Desktop implements Disposable {
  /** As STARTUPINFO takes it: `station\desktop`. */
  readonly path: string;
  readonly #handle: bigint;
  readonly #close: (handle: bigint) => number;

  private constructor(path: string, handle: bigint, close: (handle: bigint) => number) {
    this.path = path;
    this.#handle = handle;
    this.#close = close;
  }

  /** @param sddl who may use it. @returns Windows' error, if it refused. */
  static create(calls: WindowsCalls, name: string, sddl: string): Desktop | number {
    const user32 = loadUser32();
    const station = Buffer.alloc(NAME_BYTES);
    const current = user32.getStation();
    if (user32.getInformation(current, CONSTANTS.UOI_NAME, station, station.length, Buffer.alloc(4)) === 0) {
      return calls.getLastError();
    }
    using descriptor = new SecurityDescriptor(calls, sddl);
    const handle = BigInt(
      user32.createDesktop(name, null, null, 0, CONSTANTS.GENERIC_ALL, descriptor.attributes()),
    );
    if (handle === 0n) return calls.getLastError();
    return new Desktop(`${textOf(station)}\\${name}`, handle, user32.closeDesktop);
  }

  [Symbol.dispose](): void {
    this.#close(this.#handle);
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf16le').split('\0', 1)[0] ?? '';
}

function loadUser32() {
  const user32 = koffi.load('user32.dll');
  const station: KoffiFunc<() => bigint | number> = user32.func(
    'uintptr_t __stdcall GetProcessWindowStation()',
  );
  const getInformation: KoffiFunc<
    (object: bigint, kind: number, value: Buffer, bytes: number, needed: Buffer) => number
  > = user32.func(
    'int __stdcall GetUserObjectInformationW(uintptr_t object, int kind, _Out_ uint8_t *value, uint32_t bytes, _Out_ uint8_t *needed)',
  );
  const createDesktop: KoffiFunc<
    (
      name: string,
      device: null,
      mode: null,
      flags: number,
      access: number,
      attributes: Buffer,
    ) => bigint | number
  > = user32.func(
    'uintptr_t __stdcall CreateDesktopW(str16 name, void *device, void *mode, uint32_t flags, uint32_t access, uint8_t *attributes)',
  );
  const closeDesktop: KoffiFunc<(handle: bigint) => number> = user32.func(
    'int __stdcall CloseDesktop(uintptr_t handle)',
  );
  return { getStation: () => BigInt(station()), getInformation, createDesktop, closeDesktop };
}
