import koffi, { type KoffiFunc } from 'koffi';
import type { Registry, RegistryRoot } from './registry.ts';

const ERROR_SUCCESS = 0;
const KEY_READ = 0x20019;
/** KEY_WOW64_64KEY, then KEY_WOW64_32KEY: the order in which the views are asked. */
const VIEWS = [0x100, 0x200];
/** The predefined handles of winreg.h, sign-extended as on 64-bit Windows. */
const ROOTS: Readonly<Record<RegistryRoot, bigint>> = {
  HKEY_CURRENT_USER: 0xffffffff80000001n,
  HKEY_LOCAL_MACHINE: 0xffffffff80000002n,
};

const REG_SZ = 1;
const REG_EXPAND_SZ = 2;
const REG_DWORD = 4;
const REG_QWORD = 11;

/** Longer texts are no paths or names. */
const VALUE_BYTES = 64 * 1024;
/** A key's name has up to 255 characters. */
const NAME_CHARACTERS = 256;
const SUBKEYS_LIMIT = 20_000;

/** The registry of this Windows, as the agent's user may read it (advapi32; winreg.h). x64 only. */
export class Win32Registry implements Registry {
  readonly #advapi32 = loadAdvapi32();
  readonly #environment: Readonly<Record<string, string | undefined>>;

  /** @param environment variables that REG_EXPAND_SZ values name. */
  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  value(root: RegistryRoot, key: string, name: string): string | undefined {
    for (const view of VIEWS) {
      const value = this.#withKey(root, key, view, (handle) => this.#query(handle, name));
      if (value !== undefined) return value;
    }
    return undefined;
  }

  subkeys(root: RegistryRoot, key: string): readonly string[] {
    const names = new Map<string, string>();
    for (const view of VIEWS) {
      this.#withKey(root, key, view, (handle) => {
        for (let index = 0; index < SUBKEYS_LIMIT; index += 1) {
          const name = Buffer.alloc(NAME_CHARACTERS * 2);
          const length = Buffer.alloc(4);
          length.writeUInt32LE(NAME_CHARACTERS);
          if (this.#advapi32.enumKey(handle, index, name, length, 0n, 0n, 0n, 0n) !== ERROR_SUCCESS) break;
          const text = name.toString('utf16le', 0, length.readUInt32LE() * 2);
          if (!names.has(text.toLowerCase())) names.set(text.toLowerCase(), text);
        }
        return undefined;
      });
    }
    return [...names.values()];
  }

  #withKey<T>(root: RegistryRoot, key: string, view: number, use: (handle: bigint) => T): T | undefined {
    const opened = Buffer.alloc(8);
    if (this.#advapi32.openKey(ROOTS[root], wide(key), 0, KEY_READ | view, opened) !== ERROR_SUCCESS) {
      return undefined;
    }
    const handle = opened.readBigUInt64LE();
    try {
      return use(handle);
    } finally {
      this.#advapi32.closeKey(handle);
    }
  }

  #query(handle: bigint, name: string): string | undefined {
    const type = Buffer.alloc(4);
    const data = Buffer.alloc(VALUE_BYTES);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(VALUE_BYTES);
    const status = this.#advapi32.queryValue(handle, wide(name), 0n, type, data, length);
    if (status !== ERROR_SUCCESS) return undefined;
    const bytes = data.subarray(0, length.readUInt32LE());
    switch (type.readUInt32LE()) {
      case REG_SZ:
        return textOf(bytes);
      case REG_EXPAND_SZ:
        return expanded(textOf(bytes), this.#environment);
      case REG_DWORD:
        return bytes.length < 4 ? undefined : String(bytes.readUInt32LE());
      case REG_QWORD:
        return bytes.length < 8 ? undefined : String(bytes.readBigUInt64LE());
      default:
        return undefined;
    }
  }
}

function wide(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}

/** A value's text ends at its zero, if it was stored with one. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf16le', 0, bytes.length - (bytes.length % 2));
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** `%NAME%` by the variables; case does not matter, and what is unknown stays. */
function expanded(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(/%([^%]+)%/g, (whole, name: string) => {
    const found = Object.entries(environment).find(([key]) => key.toLowerCase() === name.toLowerCase());
    return found?.[1] ?? whole;
  });
}

function loadAdvapi32() {
  const library = koffi.load('advapi32.dll');
  // Handles are plain numbers to us; names are UTF-16 with a zero at their end.
  const openKey: KoffiFunc<
    (root: bigint, key: Buffer, options: number, access: number, opened: Buffer) => number
  > = library.func(
    'int32_t __stdcall RegOpenKeyExW(uintptr_t root, const uint8_t *key, uint32_t options, uint32_t access, _Out_ uint8_t *opened)',
  );
  const queryValue: KoffiFunc<
    (handle: bigint, name: Buffer, reserved: bigint, type: Buffer, data: Buffer, length: Buffer) => number
  > = library.func(
    'int32_t __stdcall RegQueryValueExW(uintptr_t key, const uint8_t *name, uintptr_t reserved, _Out_ uint8_t *type, _Out_ uint8_t *data, _Inout_ uint8_t *length)',
  );
  const enumKey: KoffiFunc<
    (
      handle: bigint,
      index: number,
      name: Buffer,
      length: Buffer,
      reserved: bigint,
      className: bigint,
      classLength: bigint,
      written: bigint,
    ) => number
  > = library.func(
    'int32_t __stdcall RegEnumKeyExW(uintptr_t key, uint32_t index, _Out_ uint8_t *name, _Inout_ uint8_t *length, uintptr_t reserved, uintptr_t className, uintptr_t classLength, uintptr_t written)',
  );
  const closeKey: KoffiFunc<(handle: bigint) => number> = library.func(
    'int32_t __stdcall RegCloseKey(uintptr_t key)',
  );
  return { openKey, queryValue, enumKey, closeKey };
}
