import { NVML_RETURN, type Nvml, NvmlError, NvmlUnavailableError, openNvml } from 'node-nvml';
import { gpuDeviceSchema } from '../../shared/gpu.ts';
import { Card } from './card.ts';
import { fileIdentity, loadedLibraryPath } from './file-identity.ts';

export interface DriverOptions {
  /** Default: where the driver installs it. */
  readonly libraryPath: string | undefined;
  readonly log: (line: string) => void;
}

/** The NVIDIA driver and its cards, for as long as it stays loaded. */
export class Driver implements Disposable {
  readonly driverVersion: string;
  readonly cudaVersion: string | null;
  /** In the order of the PCI bus, without those that the driver cannot reach. */
  readonly cards: readonly Card[];
  readonly #nvml: Nvml;
  readonly #libraryPath: string;
  readonly #library: string | null;

  /** @throws NvmlUnavailableError; NvmlError when the driver goes away meanwhile. */
  static open({ libraryPath, log }: DriverOptions): Driver {
    const nvml = openNvml(libraryPath === undefined ? {} : { libraryPath });
    try {
      return new Driver(nvml, log);
    } catch (error) {
      nvml[Symbol.dispose]();
      throw error;
    }
  }

  private constructor(nvml: Nvml, log: (line: string) => void) {
    this.#nvml = nvml;
    this.#libraryPath = loadedLibraryPath(nvml.libraryPath);
    this.#library = fileIdentity(this.#libraryPath);
    this.driverVersion = nvml.driverVersion();
    this.cudaVersion = cudaVersion(nvml);
    this.cards = openCards(nvml, log);
  }

  /** An update put another library in place; a process that has loaded the old one keeps it. */
  get isReplaced(): boolean {
    return fileIdentity(this.#libraryPath) !== this.#library;
  }

  [Symbol.dispose](): void {
    this.#nvml[Symbol.dispose]();
  }
}

/** There is no NVIDIA driver on this machine, rather than one that is not ready. */
export function isAbsent(error: unknown): boolean {
  return error instanceof NvmlUnavailableError && error.reason !== 'init-failed';
}

/** A library without its driver or without a card: while a driver is updated, or left over from one. */
export function isWithoutDriver(error: unknown): boolean {
  if (!(error instanceof NvmlError)) return false;
  const { code } = error;
  return code === 'DRIVER_NOT_LOADED' || code === 'LIBRARY_NOT_FOUND' || code === 'GPU_NOT_FOUND';
}

function openCards(nvml: Nvml, log: (line: string) => void): Card[] {
  const cards: Card[] = [];
  const failures: unknown[] = [];
  for (const { index, error } of nvml.inaccessibleDevices()) {
    failures.push(error);
    log(`The graphics card ${index} cannot be used. ${error.message}`);
  }
  for (const device of nvml.devices()) {
    try {
      const card = new Card(device);
      gpuDeviceSchema.parse(card.describe({ power: false, acoustic: false }));
      cards.push(card);
    } catch (error) {
      failures.push(error);
      log(`The graphics card ${device.uuid} is left out. ${String(error)}`);
    }
  }
  if (cards.length === 0) throw failures[0] ?? new NvmlError('nvmlDeviceGetCount', NVML_RETURN.GPU_NOT_FOUND);
  return cards;
}

function cudaVersion(nvml: Nvml): string | null {
  try {
    const { major, minor } = nvml.cudaDriverVersion();
    return `${major}.${minor}`;
  } catch (error) {
    if (error instanceof NvmlError) return null;
    throw error;
  }
}
