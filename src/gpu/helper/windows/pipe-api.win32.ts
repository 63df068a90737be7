import koffi, { type KoffiFunc } from 'koffi';
import type { PipeApi, PipeState } from './pipe-api.ts';

// winbase.h, namedpipeapi.h
const PIPE_ACCESS_DUPLEX = 0x3;
const FILE_FLAG_FIRST_PIPE_INSTANCE = 0x80000;
const PIPE_NOWAIT = 0x1;
const PIPE_REJECT_REMOTE_CLIENTS = 0x8;
const SDDL_REVISION_1 = 1;
const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;
const BUFFER_BYTES = 64 * 1024;

// winerror.h
const ERROR_BROKEN_PIPE = 109;
const ERROR_NO_DATA = 232;
const ERROR_PIPE_NOT_CONNECTED = 233;
const ERROR_PIPE_CONNECTED = 535;
const ERROR_PIPE_LISTENING = 536;
const CLIENT_GONE = [ERROR_BROKEN_PIPE, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED];

/** sizeof(SECURITY_ATTRIBUTES) on x64. */
const SECURITY_ATTRIBUTES_BYTES = 24;

/** Named pipes of kernel32, in the mode in which no call waits. x64 only. */
export class Win32PipeApi implements PipeApi {
  readonly #calls = loadCalls();
  readonly #count = Buffer.alloc(4);
  readonly #available = Buffer.alloc(4);
  readonly #bytes = Buffer.alloc(BUFFER_BYTES);

  create(options: { name: string; security: string; instances: number; isFirst: boolean }): bigint {
    const descriptor = this.#securityDescriptor(options.security);
    const attributes = Buffer.alloc(SECURITY_ATTRIBUTES_BYTES);
    attributes.writeUInt32LE(SECURITY_ATTRIBUTES_BYTES, 0);
    attributes.writeBigUInt64LE(descriptor, 8);
    const pipe = BigInt(
      this.#calls.createPipe(
        options.name,
        PIPE_ACCESS_DUPLEX + (options.isFirst ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0),
        PIPE_NOWAIT + PIPE_REJECT_REMOTE_CLIENTS,
        options.instances,
        BUFFER_BYTES,
        BUFFER_BYTES,
        0,
        attributes,
      ),
    );
    const error = this.#calls.getLastError();
    this.#calls.localFree(descriptor);
    if (pipe === INVALID_HANDLE_VALUE) throw new Error(`CreateNamedPipe failed (error ${error}).`);
    return pipe;
  }

  state(pipe: bigint): PipeState {
    // In this mode success means that the instance begins to wait.
    if (this.#calls.connectPipe(pipe, null) !== 0) return 'waiting';
    const error = this.#calls.getLastError();
    if (error === ERROR_PIPE_CONNECTED) return 'connected';
    if (error === ERROR_PIPE_LISTENING) return 'waiting';
    if (error === ERROR_NO_DATA) return 'ended';
    throw new Error(`ConnectNamedPipe failed (error ${error}).`);
  }

  read(pipe: bigint): Buffer | undefined {
    if (this.#calls.peekPipe(pipe, null, 0, null, this.#available, null) === 0) {
      return this.#unlessGone('PeekNamedPipe');
    }
    if (this.#available.readUInt32LE() === 0) return Buffer.alloc(0);
    if (this.#calls.readFile(pipe, this.#bytes, BUFFER_BYTES, this.#count, null) === 0) {
      return this.#unlessGone('ReadFile');
    }
    return Buffer.from(this.#bytes.subarray(0, this.#count.readUInt32LE()));
  }

  write(pipe: bigint, bytes: Buffer): number | undefined {
    if (this.#calls.writeFile(pipe, bytes, bytes.length, this.#count, null) === 0) {
      return this.#unlessGone('WriteFile');
    }
    return this.#count.readUInt32LE();
  }

  close(pipe: bigint): void {
    this.#calls.closeHandle(pipe);
  }

  /** @throws Error when it was something else than the client's end. */
  #unlessGone(call: string): undefined {
    const error = this.#calls.getLastError();
    if (!CLIENT_GONE.includes(error)) throw new Error(`${call} failed (error ${error}).`);
    return undefined;
  }

  /** To be freed with LocalFree. */
  #securityDescriptor(sddl: string): bigint {
    const pointer = Buffer.alloc(8);
    if (this.#calls.convertSecurity(sddl, SDDL_REVISION_1, pointer, null) === 0) {
      throw new Error(`The pipe's security descriptor is refused (error ${this.#calls.getLastError()}).`);
    }
    return pointer.readBigUInt64LE();
  }
}

function loadCalls() {
  const kernel32 = koffi.load('kernel32.dll');
  const advapi32 = koffi.load('advapi32.dll');
  // Handles are plain numbers to us: uintptr_t keeps koffi from wrapping them.
  const createPipe: KoffiFunc<
    (
      name: string,
      open: number,
      mode: number,
      instances: number,
      output: number,
      input: number,
      timeout: number,
      attributes: Buffer,
    ) => bigint | number
  > = kernel32.func(
    'uintptr_t __stdcall CreateNamedPipeW(str16 name, uint32_t open, uint32_t mode, uint32_t instances, uint32_t output, uint32_t input, uint32_t timeout, uint8_t *attributes)',
  );
  const connectPipe: KoffiFunc<(pipe: bigint, overlapped: null) => number> = kernel32.func(
    'int __stdcall ConnectNamedPipe(uintptr_t pipe, void *overlapped)',
  );
  const peekPipe: KoffiFunc<
    (pipe: bigint, buffer: null, size: number, read: null, available: Buffer, left: null) => number
  > = kernel32.func(
    'int __stdcall PeekNamedPipe(uintptr_t pipe, void *buffer, uint32_t size, void *read, _Out_ uint8_t *available, void *left)',
  );
  const readFile: KoffiFunc<
    (file: bigint, buffer: Buffer, size: number, count: Buffer, overlapped: null) => number
  > = kernel32.func(
    'int __stdcall ReadFile(uintptr_t file, _Out_ uint8_t *buffer, uint32_t size, _Out_ uint8_t *count, void *overlapped)',
  );
  const writeFile: KoffiFunc<
    (file: bigint, buffer: Buffer, size: number, count: Buffer, overlapped: null) => number
  > = kernel32.func(
    'int __stdcall WriteFile(uintptr_t file, uint8_t *buffer, uint32_t size, _Out_ uint8_t *count, void *overlapped)',
  );
  const closeHandle: KoffiFunc<(handle: bigint) => number> = kernel32.func(
    'int __stdcall CloseHandle(uintptr_t handle)',
  );
  const localFree: KoffiFunc<(memory: bigint) => bigint | number> = kernel32.func(
    'uintptr_t __stdcall LocalFree(uintptr_t memory)',
  );
  const getLastError: KoffiFunc<() => number> = kernel32.func('uint32_t __stdcall GetLastError()');
  const convertSecurity: KoffiFunc<
    (sddl: string, revision: number, descriptor: Buffer, size: null) => number
  > = advapi32.func(
    'int __stdcall ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 sddl, uint32_t revision, _Out_ uint8_t *descriptor, void *size)',
  );
  return {
    createPipe,
    connectPipe,
    peekPipe,
    readFile,
    writeFile,
    closeHandle,
    localFree,
    getLastError,
    convertSecurity,
  };
}
