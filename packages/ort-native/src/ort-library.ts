import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import koffi, { type LibraryHandle } from 'koffi';
import {
  API,
  type FunctionName,
  type FunctionWith,
  type ParameterType,
  REQUIRED_API_VERSION,
  type ResultType,
} from './api-table.ts';
import { type MemoryCopy, openMemoryCopy } from './memory-copy.ts';
import { wordsAt } from './native-memory.ts';
import { OrtError, OrtLibraryError } from './ort-error.ts';

export type NativeArgument = number | bigint | string | boolean | readonly string[];

/** Every version 1.x has its x as API version, and keeps the table of the earlier ones. */
const KNOWN_MAJOR_VERSION = 1;

/** What a thread has on Linux. */
const CALL_STACK_BYTES = 8 * 2 ** 20;

const IS_WINDOWS = process.platform === 'win32';
const PARAMETER_TYPES: Readonly<Record<ParameterType, string>> = {
  pointer: 'uintptr_t',
  text: 'str',
  texts: 'str *',
  path: IS_WINDOWS ? 'str16' : 'str',
  int32: 'int32_t',
  uint32: 'uint32_t',
  int64: 'int64_t',
  size: 'size_t',
  boolean: 'bool',
};
const RESULT_TYPES: Readonly<Record<ResultType, string>> = {
  status: 'uintptr_t',
  void: 'void',
  pointer: 'uintptr_t',
  text: 'str',
  int32: 'int32_t',
  uint32: 'uint32_t',
  boolean: 'bool',
};

interface NativeFunction {
  (...args: NativeArgument[]): unknown;
  async(...args: [...NativeArgument[], (error: unknown, result: unknown) => void]): void;
}

/** The loaded library: its functions by name, made callable when they are first needed. */
export class OrtLibrary {
  readonly path: string;
  /** Such as `1.30.0`. */
  readonly version: string;
  readonly memoryCopy: MemoryCopy;
  /** Keeps the library loaded. */
  readonly handle: LibraryHandle;
  readonly #table: readonly number[];
  readonly #functions = new Map<FunctionName, NativeFunction>();

  constructor(path: string, handle: LibraryHandle, version: string, apiAddress: number) {
    this.path = path;
    this.handle = handle;
    this.version = version;
    this.memoryCopy = openMemoryCopy();
    const length = Math.max(...Object.values(API).map(({ index }) => index)) + 1;
    this.#table = wordsAt(apiAddress, length);
  }

  /** @throws OrtError when the call answers a status */
  check(name: FunctionWith<'status'>, ...args: NativeArgument[]): void {
    const status = this.#function(name)(...args);
    if (status !== 0) throw this.#takeError(name, status);
  }

  /** The same on a thread of its own; the answer comes in a later turn of the event loop. @throws OrtError */
  checkAsync(name: FunctionWith<'status'>, ...args: NativeArgument[]): Promise<void> {
    const native = this.#function(name);
    return new Promise((resolve, reject) => {
      native.async(...args, (error: unknown, status: unknown) => {
        if (error) reject(error);
        else if (status === 0) resolve();
        else reject(this.#takeError(name, status));
      });
    });
  }

  run(name: FunctionWith<'void'>, ...args: NativeArgument[]): void {
    this.#function(name)(...args);
  }

  number(name: FunctionWith<'pointer' | 'int32' | 'uint32'>, ...args: NativeArgument[]): number {
    return Number(this.#function(name)(...args));
  }

  boolean(name: FunctionWith<'boolean'>, ...args: NativeArgument[]): boolean {
    return this.#function(name)(...args) === true;
  }

  /** Empty for a null pointer. */
  text(name: FunctionWith<'text'>, ...args: NativeArgument[]): string {
    const text = this.#function(name)(...args);
    return typeof text === 'string' ? text : '';
  }

  #function(name: FunctionName): NativeFunction {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const { index, result, parameters } = API[name];
    const address = this.#table[index];
    if (address === undefined || address === 0) {
      throw new OrtLibraryError('unsupported-version', this.path, `${this.path} lacks ${name}.`);
    }
    const type = koffi.proto(
      RESULT_TYPES[result],
      parameters.map((parameter) => PARAMETER_TYPES[parameter]),
    );
    const found: NativeFunction = koffi.decode(BigInt(address), type);
    this.#functions.set(name, found);
    return found;
  }

  #takeError(name: FunctionName, status: unknown): OrtError {
    const address = Number(status);
    try {
      return new OrtError(
        name,
        this.number('GetErrorCode', address),
        `${name} failed: ${this.text('GetErrorMessage', address)}`,
      );
    } finally {
      this.run('ReleaseStatus', address);
    }
  }
}

/**
 * Loads a library of ONNX Runtime.
 *
 * @param path absolute, so that no library in the current folder can pose as it
 * @throws OrtLibraryError
 */
export function loadOrtLibrary(path: string): OrtLibrary {
  if (!isAbsolute(path)) {
    throw new OrtLibraryError('no-library', path, `"${path}" is no absolute path. Give one.`);
  }
  if (!existsSync(path)) throw new OrtLibraryError('no-library', path, `there is no file ${path}.`);
  const handle = loadFile(path);
  const [getApi, getVersionString] = baseFunctions(path, handle);
  const version = String(koffi.call(getVersionString, koffi.proto('str', [])));
  assertKnown(path, version);
  const api = Number(koffi.call(getApi, koffi.proto('uintptr_t', ['uint32_t']), REQUIRED_API_VERSION));
  if (api === 0) throw unsupported(path, version);
  return new OrtLibrary(path, handle, version, api);
}

function loadFile(path: string): LibraryHandle {
  giveCallsRoom();
  try {
    return koffi.load(path);
  } catch (error) {
    throw new OrtLibraryError(
      'unusable-library',
      path,
      `${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

/** koffi runs calls on stacks of its own, which are too small by default for kernels and shader compilers. */
function giveCallsRoom(): void {
  const config = koffi.config();
  if ((config.async_stack_size ?? 0) >= CALL_STACK_BYTES) return;
  koffi.config({ ...config, sync_stack_size: CALL_STACK_BYTES, async_stack_size: CALL_STACK_BYTES });
}

/** `GetApi` and `GetVersionString`, the two members of `OrtApiBase`, whose layout never changes. */
function baseFunctions(path: string, handle: LibraryHandle): [bigint, bigint] {
  try {
    const base = handle.func('OrtGetApiBase', 'uintptr_t', [])();
    const [getApi = 0, getVersionString = 0] = wordsAt(Number(base), 2);
    return [BigInt(getApi), BigInt(getVersionString)];
  } catch (error) {
    throw new OrtLibraryError(
      'not-onnxruntime',
      path,
      `${path} is no library of ONNX Runtime (it has no OrtGetApiBase).`,
      error,
    );
  }
}

function assertKnown(path: string, version: string): void {
  const [major, minor] = version.split('.').map(Number);
  const isKnown = major === KNOWN_MAJOR_VERSION && minor !== undefined && minor >= REQUIRED_API_VERSION;
  if (!isKnown) throw unsupported(path, version);
}

function unsupported(path: string, version: string): OrtLibraryError {
  return new OrtLibraryError(
    'unsupported-version',
    path,
    `${path} is version ${version}; versions ${KNOWN_MAJOR_VERSION}.${REQUIRED_API_VERSION} and later ${KNOWN_MAJOR_VERSION}.x are supported.`,
  );
}
