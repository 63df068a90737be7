import { TEXT_BYTES } from './abi.ts';
import { NvmlDevice } from './device.ts';
import { EventSet } from './event-set.ts';
import type { FunctionName } from './functions.ts';
import { loadNativeLibrary } from './native-library.ts';
import { NativeMemory } from './native-memory.ts';
import { NvmlError, NvmlUnavailableError } from './nvml-error.ts';
import { NvmlSession } from './nvml-session.ts';
import { NVML_RETURN } from './return-codes.ts';

const INIT_FLAG_NO_GPUS = 1;

export interface NvmlOptions {
  /** The library to load, absolute. Default: where the NVIDIA driver installs it. */
  readonly libraryPath?: string;
  /** Start also when the driver finds no card; `devices()` is empty then. Default false. */
  readonly allowNoGpus?: boolean;
}

/** A card that the driver lists but does not let anyone use, such as one that fell off the bus. */
export interface InaccessibleDevice {
  readonly index: number;
  readonly error: NvmlError;
}

/**
 * Loads NVML and initialises it.
 *
 * @throws NvmlUnavailableError when there is no driver, no library, a damaged one, or NVML does not start; its
 * message says which and what to do.
 */
export function openNvml(options: NvmlOptions = {}): Nvml {
  const library = loadNativeLibrary(options.libraryPath);
  const withFlags = options.allowNoGpus === true ? library.find('initWithFlags') : null;
  const call = withFlags ?? library.get('init');
  const result = withFlags === null ? call.invoke() : call.invoke(INIT_FLAG_NO_GPUS);
  if (result !== NVML_RETURN.SUCCESS) {
    const { message } = new NvmlError(call.symbol, result);
    throw new NvmlUnavailableError('init-failed', {
      call: call.symbol,
      value: result,
      explanation: message,
      attempts: [{ path: library.path, problem: message }],
    });
  }
  return new Nvml(new NvmlSession(library));
}

/**
 * NVML, initialised. Dispose it when done; NVML counts how often a process opened it, so several may be open at
 * once. After a reload of the driver every call fails with UNINITIALIZED or DRIVER_NOT_LOADED: dispose and open
 * again, old devices are of no use.
 *
 * All calls block this thread until the driver answers: usually microseconds, but for ever when a card hangs.
 * Keep NVML off a user interface's thread.
 */
export class Nvml implements Disposable {
  readonly #session: NvmlSession;
  readonly #memory = new NativeMemory(1024);

  /** Use `openNvml()`. */
  constructor(session: NvmlSession) {
    this.#session = session;
  }

  /** Path of the library in use. */
  get libraryPath(): string {
    return this.#session.library.path;
  }

  /** Such as `565.57.01`. */
  driverVersion(): string {
    return this.#text('driverVersion');
  }

  /** Such as `12.565.57.01`. */
  nvmlVersion(): string {
    return this.#text('nvmlVersion');
  }

  /** The newest CUDA that the driver runs, such as `{ major: 12, minor: 7 }`. */
  cudaDriverVersion(): { major: number; minor: number } {
    this.#session.check('cudaDriverVersion', this.#memory.address);
    const version = this.#memory.int32(0);
    return { major: Math.floor(version / 1000), minor: Math.floor((version % 1000) / 10) };
  }

  /** Cards that the driver lists, those included that it cannot reach. */
  deviceCount(): number {
    this.#session.check('deviceCount', this.#memory.address);
    return this.#memory.uint32(0);
  }

  /** All cards that can be used, in the order of the PCI bus. `inaccessibleDevices()` tells of the others. */
  devices(): NvmlDevice[] {
    return this.#enumerate().devices;
  }

  inaccessibleDevices(): InaccessibleDevice[] {
    return this.#enumerate().inaccessible;
  }

  /** @throws NvmlError INVALID_ARGUMENT: no card has this index; GPU_IS_LOST; NO_PERMISSION */
  deviceByIndex(index: number): NvmlDevice {
    return this.#device('handleByIndex', index);
  }

  /** @throws NvmlError NOT_FOUND or INVALID_ARGUMENT: no card has this UUID */
  deviceByUuid(uuid: string): NvmlDevice {
    return this.#device('handleByUuid', uuid);
  }

  /** @param busId such as `00000000:01:00.0` @throws NvmlError NOT_FOUND or INVALID_ARGUMENT: no card is there */
  deviceByPciBusId(busId: string): NvmlDevice {
    return this.#device('handleByPciBusId', busId);
  }

  /**
   * Path of the program that a process id on a card belongs to.
   *
   * @throws NvmlError NOT_FOUND: the process ended; NO_PERMISSION: it is another user's
   */
  processName(pid: number): string {
    this.#session.check('processName', pid, this.#memory.address, this.#memory.size);
    return this.#memory.text(0, this.#memory.size);
  }

  /** @throws NvmlError NOT_SUPPORTED on systems without events */
  createEventSet(): EventSet {
    return new EventSet(this.#session);
  }

  /** Shuts NVML down as often as it was opened here: once. While an event set waits, when that has ended. */
  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]();
  }

  #enumerate(): { devices: NvmlDevice[]; inaccessible: InaccessibleDevice[] } {
    const devices: NvmlDevice[] = [];
    const inaccessible: InaccessibleDevice[] = [];
    const count = this.deviceCount();
    for (let index = 0; index < count; index += 1) {
      try {
        devices.push(this.deviceByIndex(index));
      } catch (error) {
        if (!(error instanceof NvmlError) || isGlobal(error)) throw error;
        inaccessible.push({ index, error });
      }
    }
    return { devices, inaccessible };
  }

  #device(name: FunctionName, key: number | string): NvmlDevice {
    this.#session.check(name, key, this.#memory.address);
    return new NvmlDevice(this.#session, this.#memory.uint64(0));
  }

  #text(name: FunctionName): string {
    this.#session.check(name, this.#memory.address, TEXT_BYTES.systemVersion);
    return this.#memory.text(0, TEXT_BYTES.systemVersion);
  }
}

/** Concerns NVML as a whole, not one card. */
function isGlobal(error: NvmlError): boolean {
  return (
    error.code === 'UNINITIALIZED' ||
    error.code === 'DRIVER_NOT_LOADED' ||
    error.code === 'LIB_RM_VERSION_MISMATCH'
  );
}
