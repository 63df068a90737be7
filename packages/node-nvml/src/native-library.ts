import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import koffi, { type LibraryHandle } from 'koffi';
import { abiMismatches } from './check-abi.ts';
import { FUNCTIONS, type FunctionName } from './functions.ts';
import { libraryCandidates } from './library-candidates.ts';
import { type LoadAttempt, NvmlError, NvmlUnavailableError } from './nvml-error.ts';
import { NVML_RETURN } from './return-codes.ts';

const NO_SUCH_FILE = 'no such file';

export type NativeArgument = number | bigint | string;

/** One function of the library. */
export interface NativeCall {
  /** The symbol that was found. */
  readonly symbol: string;
  /** @returns the `nvmlReturn_t` */
  readonly invoke: (...args: NativeArgument[]) => number;
  /** The same on a thread of its own; the answer comes in a later turn of the event loop. */
  readonly invokeAsync: (...args: NativeArgument[]) => Promise<number>;
}

/** The loaded library: looks functions up when they are first needed, newest symbol first, and remembers them. */
export class NativeLibrary {
  readonly path: string;
  readonly #handle: LibraryHandle;
  readonly #calls = new Map<FunctionName, NativeCall | null>();

  constructor(path: string, handle: LibraryHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** null: this library does not have the function under any of its names. */
  find(name: FunctionName): NativeCall | null {
    const known = this.#calls.get(name);
    if (known !== undefined) return known;
    const found = this.#lookUp(name);
    this.#calls.set(name, found);
    return found;
  }

  /** @throws NvmlError FUNCTION_NOT_FOUND */
  get(name: FunctionName): NativeCall {
    const call = this.find(name);
    if (call !== null) return call;
    throw new NvmlError(FUNCTIONS[name].symbols[0], NVML_RETURN.FUNCTION_NOT_FOUND);
  }

  #lookUp(name: FunctionName): NativeCall | null {
    const { symbols, parameters } = FUNCTIONS[name];
    for (const symbol of symbols) {
      if (!this.#has(symbol)) continue;
      const native = this.#handle.func(symbol, 'int', [...parameters]);
      return {
        symbol,
        invoke: native,
        invokeAsync: (...args) =>
          new Promise((resolve, reject) => {
            native.async(...args, (error: unknown, value: number) => {
              if (error) reject(error);
              else resolve(value);
            });
          }),
      };
    }
    return null;
  }

  #has(symbol: string): boolean {
    try {
      this.#handle.symbol(symbol);
      return true;
    } catch {
      // koffi has no other way to ask; a function that exists but cannot be declared throws later, in func().
      return false;
    }
  }
}

/**
 * Finds and loads NVML's library.
 *
 * @param libraryPath this file and no other; absolute
 * @throws NvmlUnavailableError
 */
export function loadNativeLibrary(libraryPath: string | undefined): NativeLibrary {
  const mismatches = abiMismatches();
  if (mismatches.length > 0) {
    throw new NvmlUnavailableError('abi-mismatch', {
      call: 'dlopen',
      value: NVML_RETURN.ARGUMENT_VERSION_MISMATCH,
      explanation: `this machine lays NVML's structs out otherwise (${mismatches.join('; ')}), so that calling it would corrupt memory. Only 64-bit machines are supported.`,
    });
  }
  if (libraryPath !== undefined && !isAbsolute(libraryPath)) {
    throw new NvmlUnavailableError('no-library', {
      call: 'dlopen',
      value: NVML_RETURN.LIBRARY_NOT_FOUND,
      explanation: `libraryPath must be an absolute path, not "${libraryPath}".`,
    });
  }
  const candidates =
    libraryPath === undefined
      ? libraryCandidates(process.platform, process.env)
      : [{ path: libraryPath, isFile: true }];
  const attempts: LoadAttempt[] = [];
  let found = false;
  for (const { path, isFile } of candidates) {
    if (isFile && !existsSync(path)) {
      attempts.push({ path, problem: NO_SUCH_FILE });
      continue;
    }
    try {
      const handle = koffi.load(path);
      const library = new NativeLibrary(path, handle);
      if (library.find('init') !== null && library.find('shutdown') !== null) return library;
      attempts.push({ path, problem: 'this library is not NVML: it has no nvmlInit' });
      found = true;
    } catch (error) {
      attempts.push({ path, problem: error instanceof Error ? error.message : String(error) });
      found ||= isFile;
    }
  }
  throw unavailable(found, attempts);
}

function unavailable(found: boolean, attempts: readonly LoadAttempt[]): NvmlUnavailableError {
  const [call, value] = ['dlopen', NVML_RETURN.LIBRARY_NOT_FOUND] as const;
  if (found) {
    const tried = attempts.filter(({ problem }) => problem !== NO_SUCH_FILE);
    const problems = tried.map(({ path, problem }) => `${path}: ${problem}`).join('; ');
    const explanation = `its library cannot be loaded (${problems}). Reinstall the NVIDIA driver.`;
    return new NvmlUnavailableError('unusable-library', { call, value, explanation, attempts });
  }
  const explanation =
    attempts.length === 0
      ? `NVIDIA has no driver for ${process.platform}.`
      : `its library (${attempts[0]?.path}) was not found. Install the NVIDIA driver, if this computer has an NVIDIA card.`;
  return new NvmlUnavailableError('no-library', { call, value, explanation, attempts });
}
