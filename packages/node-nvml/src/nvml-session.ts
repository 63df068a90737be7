import type { FunctionName } from './functions.ts';
import type { NativeArgument, NativeCall, NativeLibrary } from './native-library.ts';
import { NvmlDisposedError, NvmlError } from './nvml-error.ts';
import { NVML_RETURN } from './return-codes.ts';

/** What an `Nvml` and its devices and event sets share: the library, and whether it may still be called. */
export class NvmlSession implements Disposable {
  readonly library: NativeLibrary;
  #disposed = false;
  #asyncCalls = 0;

  constructor(library: NativeLibrary) {
    this.library = library;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** @throws NvmlDisposedError */
  assertOpen(call: string): void {
    if (this.#disposed) throw new NvmlDisposedError(call);
  }

  /** @throws NvmlError when the call answers anything but SUCCESS, or the library does not have it */
  check(name: FunctionName, ...args: NativeArgument[]): void {
    this.assertOpen(name);
    const call = this.library.get(name);
    const result = call.invoke(...args);
    if (result !== NVML_RETURN.SUCCESS) throw new NvmlError(call.symbol, result);
  }

  /** Calls on a thread of its own. NVML is not shut down before the answer. @returns the `nvmlReturn_t` */
  async runAsync(call: NativeCall, ...args: NativeArgument[]): Promise<number> {
    this.assertOpen(call.symbol);
    this.#asyncCalls += 1;
    try {
      return await call.invokeAsync(...args);
    } finally {
      this.#asyncCalls -= 1;
      if (this.#disposed && this.#asyncCalls === 0) this.#shutDown();
    }
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#asyncCalls === 0) this.#shutDown();
  }

  /** Its answer says nothing that one could act on: NVML is gone either way, or was unloaded before. */
  #shutDown(): void {
    this.library.find('shutdown')?.invoke();
  }
}
