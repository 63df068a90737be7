import koffi from 'koffi';

/** An argument of a call: integers and handles, texts, and memory that the call reads or fills. */
type Argument = number | Buffer | string;

/** NVML's calls as they are, for tests of the fake itself: no names, no checks, just the answers. */
export class BareNvml implements Disposable {
  readonly #library: ReturnType<typeof koffi.load>;
  readonly #functions = new Map<string, (...values: Argument[]) => number>();

  constructor(libraryPath: string) {
    this.#library = koffi.load(libraryPath);
  }

  /** Whether the library exports this function. */
  has(name: string): boolean {
    try {
      this.#library.func(name, 'int', []);
      return true;
    } catch {
      return false;
    }
  }

  /** NVML's answer. Integers of 32 and of 64 bits, and handles, pass alike on x64. */
  call(name: string, ...values: Argument[]): number {
    const types = values.map((value) =>
      typeof value === 'number' ? 'uint64_t' : typeof value === 'string' ? 'str' : 'void *',
    );
    const key = `${name}(${types.join()})`;
    const known = this.#functions.get(key) ?? this.#library.func(name, 'int', types);
    this.#functions.set(key, known);
    return known(...values);
  }

  /** The card's handle; throws when NVML does not give it. */
  device(index: number): number {
    const handle = Buffer.alloc(8);
    const answer = this.call('nvmlDeviceGetHandleByIndex_v2', index, handle);
    if (answer !== 0) throw new Error(`nvmlDeviceGetHandleByIndex_v2 answered ${answer}.`);
    return Number(handle.readBigUInt64LE());
  }

  /** The unsigned number that the call stores through its last parameter; throws on any answer but 0. */
  read(name: string, ...values: Argument[]): number {
    const result = Buffer.alloc(8);
    const answer = this.call(name, ...values, result);
    if (answer !== 0) throw new Error(`${name} answered ${answer}.`);
    return Number(result.readBigUInt64LE());
  }

  [Symbol.dispose](): void {
    this.#library.unload();
  }
}
