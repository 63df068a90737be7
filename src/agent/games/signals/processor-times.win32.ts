import koffi, { type KoffiFunc } from 'koffi';

const PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
const FILETIME_BYTES = 8;

/** In 100 ns since the machine started, summed over its processors. */
export interface MachineTimes {
  readonly busy: number;
  readonly total: number;
}

export interface ProcessTimes {
  /** 100 ns since 1601. */
  readonly createdAt: bigint;
  /** In 100 ns, summed over its threads. */
  readonly used: number;
}

/** The calls of kernel32 that tell who used the processors (processthreadsapi.h). */
export class ProcessorTimes {
  readonly #kernel32 = loadKernel32();
  readonly #times = Buffer.alloc(4 * FILETIME_BYTES);

  /** @throws Error when Windows refuses. */
  machine(): MachineTimes {
    const [idle, kernel, user] = this.#parts();
    if (this.#kernel32.getSystemTimes(idle, kernel, user) === 0) throw new Error('GetSystemTimes failed.');
    // The kernel's time includes the idle time.
    const total = time(kernel) + time(user);
    return { busy: total - time(idle), total };
  }

  /** Undefined when the process is gone or closed to this user. */
  process(pid: number): ProcessTimes | undefined {
    const handle = BigInt(this.#kernel32.openProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid));
    if (handle === 0n) return undefined;
    try {
      const [created, exited, kernel, user] = this.#parts();
      if (this.#kernel32.getProcessTimes(handle, created, exited, kernel, user) === 0) return undefined;
      return { createdAt: created.readBigUInt64LE(), used: time(kernel) + time(user) };
    } finally {
      this.#kernel32.closeHandle(handle);
    }
  }

  #parts(): [Buffer, Buffer, Buffer, Buffer] {
    const part = (index: number) =>
      this.#times.subarray(index * FILETIME_BYTES, (index + 1) * FILETIME_BYTES);
    return [part(0), part(1), part(2), part(3)];
  }
}

/** A number holds centuries of these. */
function time(fileTime: Buffer): number {
  return Number(fileTime.readBigUInt64LE());
}

function loadKernel32() {
  const library = koffi.load('kernel32.dll');
  const getSystemTimes: KoffiFunc<(idle: Buffer, kernel: Buffer, user: Buffer) => number> = library.func(
    'int __stdcall GetSystemTimes(_Out_ uint8_t *idle, _Out_ uint8_t *kernel, _Out_ uint8_t *user)',
  );
  const openProcess: KoffiFunc<(access: number, inherit: number, pid: number) => bigint | number> =
    library.func('uintptr_t __stdcall OpenProcess(uint32_t access, int inherit, uint32_t pid)');
  const getProcessTimes: KoffiFunc<
    (handle: bigint, created: Buffer, exited: Buffer, kernel: Buffer, user: Buffer) => number
  > = library.func(
    'int __stdcall GetProcessTimes(uintptr_t process, _Out_ uint8_t *created, _Out_ uint8_t *exited, _Out_ uint8_t *kernel, _Out_ uint8_t *user)',
  );
  const closeHandle: KoffiFunc<(handle: bigint) => number> = library.func(
    'int __stdcall CloseHandle(uintptr_t handle)',
  );
  return { getSystemTimes, openProcess, getProcessTimes, closeHandle };
}
