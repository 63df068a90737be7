import type { ProviderLibrary } from '../../../shared/provider-library.ts';

/** What a library has to suit. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  /** Of ONNX Runtime, such as `1.30.0`. */
  readonly ortVersion: string;
  /** The graphics driver's, of the moment; null: not known. */
  readonly driverVersion: () => string | null;
}

/** @returns why this machine cannot use the library and what to do, as a sentence; undefined: it can. */
export function refusalOf(library: ProviderLibrary, machine: Machine): string | undefined {
  const { id, platform, architecture, ortApiVersion, minimumDriver } = library;
  if (!isForPlatform(library, machine)) {
    return `${id} is for ${platform} ${architecture}, and this computer is ${machine.platform} ${machine.architecture}.`;
  }
  const own = ortApiVersionOf(machine.ortVersion);
  if (ortApiVersion > own) {
    return `${id} was built for ONNX Runtime 1.${ortApiVersion}, and Gata has ${machine.ortVersion}. Update Gata.`;
  }
  const driver = machine.driverVersion();
  if (minimumDriver !== null && driver !== null && isOlder(driver, minimumDriver)) {
    return `${id} needs graphics driver ${minimumDriver} or newer, and ${driver} is installed. Update the driver.`;
  }
  return undefined;
}

export function isForPlatform(
  { platform, architecture }: ProviderLibrary,
  machine: Pick<Machine, 'platform' | 'architecture'>,
): boolean {
  return platform === machine.platform && architecture === machine.architecture;
}

/** ONNX Runtime 1.N has API version N (`ORT_API_VERSION` in onnxruntime_c_api.h). */
function ortApiVersionOf(ortVersion: string): number {
  return Number(ortVersion.split('.')[1] ?? 0);
}

function isOlder(version: string, than: string): boolean {
  const left = version.split('.').map(Number);
  const right = than.split('.').map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
