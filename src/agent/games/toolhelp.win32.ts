import koffi, { type KoffiFunc } from 'koffi';

const TH32CS_SNAPPROCESS = 2;
const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
const INVALID_HANDLE_VALUE = 0xffffffffffffffffn;
const PATH_CHARACTERS = 32_768;
/**
 * ProcessCommandLineInformation of PROCESSINFOCLASS, since Windows 8.1; Wine 8 refuses it. Unlike reading the memory
 * of a process it needs no right that programs against cheating look at.
 */
const COMMAND_LINE_INFORMATION = 60;
/** sizeof(UNICODE_STRING) on x64: u16 bytes, u16 capacity, padding, pointer. */
const STRING_HEADER_BYTES = 16;
/** Longer command lines are not read. */
const COMMAND_LINE_BYTES = 16 * 1024;
/** sizeof(PROCESSENTRY32W) on x64. */
const ENTRY_BYTES = 568;

export interface ToolhelpEntry {
  readonly pid: number;
  readonly parentPid: number;
  /** File name of the program. */
  readonly name: string;
}

/** The calls of kernel32 that list processes (tlhelp32.h, processthreadsapi.h). x64 only. */
export class Toolhelp {
  readonly #kernel32 = loadKernel32();
  readonly #entry = Buffer.alloc(ENTRY_BYTES);
  readonly #path = Buffer.alloc(PATH_CHARACTERS * 2);
  readonly #pathLength = Buffer.alloc(4);
  readonly #commandLine = Buffer.alloc(STRING_HEADER_BYTES + COMMAND_LINE_BYTES);
  readonly #returned = Buffer.alloc(4);
  /** Creation, exit, kernel and user time: four FILETIMEs. */
  readonly #times = Buffer.alloc(32);

  /** @throws Error when Windows refuses. */
  processes(): ToolhelpEntry[] {
    const snapshot = this.#kernel32.createSnapshot(TH32CS_SNAPPROCESS, 0);
    if (snapshot === INVALID_HANDLE_VALUE) {
      throw new Error(`CreateToolhelp32Snapshot failed (error ${this.#kernel32.getLastError()}).`);
    }
    try {
      const entries: ToolhelpEntry[] = [];
      this.#entry.writeUInt32LE(ENTRY_BYTES, 0);
      let more = this.#kernel32.first(snapshot, this.#entry);
      while (more !== 0) {
        entries.push({
          pid: this.#entry.readUInt32LE(8),
          parentPid: this.#entry.readUInt32LE(32),
          name: decodeName(this.#entry),
        });
        more = this.#kernel32.next(snapshot, this.#entry);
      }
      return entries;
    } finally {
      this.#kernel32.closeHandle(snapshot);
    }
  }

  /**
   * The program's full path, its command line (empty where it may not be read) and when the process began (100 ns since 1601); undefined when the process is
   * gone or closed to this user.
   */
  describe(pid: number): { path: string; commandLine: string; createdAt: bigint } | undefined {
    const handle = this.#kernel32.openProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
    if (handle === 0n) return undefined;
    try {
      this.#pathLength.writeUInt32LE(PATH_CHARACTERS, 0);
      if (this.#kernel32.queryImageName(handle, 0, this.#path, this.#pathLength) === 0) return undefined;
      const times = this.#times;
      const got = this.#kernel32.getProcessTimes(
        handle,
        times.subarray(0, 8),
        times.subarray(8, 16),
        times.subarray(16, 24),
        times.subarray(24, 32),
      );
      if (got === 0) return undefined;
      const path = this.#path.toString('utf16le', 0, this.#pathLength.readUInt32LE(0) * 2);
      return { path, commandLine: this.#commandLineOf(handle), createdAt: times.readBigUInt64LE(0) };
    } finally {
      this.#kernel32.closeHandle(handle);
    }
  }

  #commandLineOf(handle: bigint): string {
    const buffer = this.#commandLine;
    const status = this.#kernel32.queryInformation(
      handle,
      COMMAND_LINE_INFORMATION,
      buffer,
      buffer.byteLength,
      this.#returned,
    );
    if (status !== 0) return '';
    const start = Number(buffer.readBigUInt64LE(8) - BigInt(koffi.address(buffer)));
    const end = start + buffer.readUInt16LE(0);
    // The text follows the header; anything else would be another layout than ours.
    return start >= STRING_HEADER_BYTES && end <= buffer.byteLength
      ? buffer.toString('utf16le', start, end)
      : '';
  }
}

/** szExeFile: up to 260 UTF-16 units at offset 44, ended by a zero. */
function decodeName(entry: Buffer): string {
  const name = entry.toString('utf16le', 44, 44 + 520);
  const end = name.indexOf('\0');
  return end < 0 ? name : name.slice(0, end);
}

function loadKernel32() {
  const entry = koffi.struct({
    dwSize: 'uint32_t',
    cntUsage: 'uint32_t',
    th32ProcessID: 'uint32_t',
    th32DefaultHeapID: 'uintptr_t',
    th32ModuleID: 'uint32_t',
    cntThreads: 'uint32_t',
    th32ParentProcessID: 'uint32_t',
    pcPriClassBase: 'int32_t',
    dwFlags: 'uint32_t',
    szExeFile: koffi.array('char16_t', 260),
  });
  // The offsets used above are those of a 64-bit Windows.
  if (
    koffi.sizeof(entry) !== ENTRY_BYTES ||
    koffi.offsetof(entry, 'th32ProcessID') !== 8 ||
    koffi.offsetof(entry, 'th32ParentProcessID') !== 32 ||
    koffi.offsetof(entry, 'szExeFile') !== 44
  ) {
    throw new Error('PROCESSENTRY32W is not laid out as on 64-bit Windows.');
  }
  const library = koffi.load('kernel32.dll');
  // Handles are plain numbers to us: uintptr_t keeps koffi from wrapping them.
  const createSnapshot: KoffiFunc<(flags: number, pid: number) => bigint | number> = library.func(
    'uintptr_t __stdcall CreateToolhelp32Snapshot(uint32_t flags, uint32_t pid)',
  );
  const first: KoffiFunc<(snapshot: bigint, entry: Buffer) => number> = library.func(
    'int __stdcall Process32FirstW(uintptr_t snapshot, _Inout_ uint8_t *entry)',
  );
  const next: KoffiFunc<(snapshot: bigint, entry: Buffer) => number> = library.func(
    'int __stdcall Process32NextW(uintptr_t snapshot, _Inout_ uint8_t *entry)',
  );
  const openProcess: KoffiFunc<(access: number, inherit: number, pid: number) => bigint | number> =
    library.func('uintptr_t __stdcall OpenProcess(uint32_t access, int inherit, uint32_t pid)');
  const queryImageName: KoffiFunc<(handle: bigint, flags: number, path: Buffer, length: Buffer) => number> =
    library.func(
      'int __stdcall QueryFullProcessImageNameW(uintptr_t process, uint32_t flags, _Out_ uint8_t *path, _Inout_ uint8_t *length)',
    );
  const getProcessTimes: KoffiFunc<
    (handle: bigint, created: Buffer, exited: Buffer, kernel: Buffer, user: Buffer) => number
  > = library.func(
    'int __stdcall GetProcessTimes(uintptr_t process, _Out_ uint8_t *created, _Out_ uint8_t *exited, _Out_ uint8_t *kernel, _Out_ uint8_t *user)',
  );
  const queryInformation: KoffiFunc<
    (handle: bigint, kind: number, into: Buffer, length: number, returned: Buffer) => number
  > = koffi
    .load('ntdll.dll')
    .func(
      'int32_t __stdcall NtQueryInformationProcess(uintptr_t process, int32_t kind, _Out_ uint8_t *into, uint32_t length, _Out_ uint8_t *returned)',
    );
  const closeHandle: KoffiFunc<(handle: bigint) => number> = library.func(
    'int __stdcall CloseHandle(uintptr_t handle)',
  );
  const getLastError: KoffiFunc<() => number> = library.func('uint32_t __stdcall GetLastError()');
  return {
    createSnapshot: (flags: number, pid: number) => BigInt(createSnapshot(flags, pid)),
    first,
    next,
    openProcess: (access: number, inherit: number, pid: number) => BigInt(openProcess(access, inherit, pid)),
    queryImageName,
    getProcessTimes,
    queryInformation,
    closeHandle,
    getLastError,
  };
}
