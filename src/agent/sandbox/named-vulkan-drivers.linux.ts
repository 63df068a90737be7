import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** The part of a Vulkan driver's description that names its library, relative to the description or by name. */
const descriptionSchema = z.object({ ICD: z.object({ library_path: z.string().min(1) }) });

const LOADER = 'libvulkan.so.1';

export interface NamedVulkanDrivers {
  /** What the Vulkan loader is told, with absolute paths. */
  readonly descriptions: readonly string[];
  /** The drivers, and the loader where it lies in the library path. */
  readonly libraries: readonly string[];
}

/**
 * The Vulkan drivers that the user chose by the loader's own variable `VK_DRIVER_FILES`, as on a machine with a
 * driver in an unusual place. Descriptions that cannot be read are left out, as the loader does.
 */
export function namedVulkanDrivers(env: Readonly<Record<string, string | undefined>>): NamedVulkanDrivers {
  const descriptions = foldersOf(env.VK_DRIVER_FILES).filter((file) => libraryOf(file) !== undefined);
  if (descriptions.length === 0) return { descriptions: [], libraries: [] };
  const loader = foldersOf(env.LD_LIBRARY_PATH)
    .map((folder) => path.join(folder, LOADER))
    .find((file) => existsSync(file));
  const drivers = descriptions.flatMap((file) => libraryOf(file) ?? []);
  return { descriptions, libraries: [...drivers, ...(loader === undefined ? [] : [loader])] };
}

function foldersOf(list: string | undefined): string[] {
  return (list ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry));
}

function libraryOf(description: string): string | undefined {
  try {
    const { library_path: library } = descriptionSchema.parse(
      JSON.parse(readFileSync(description, 'utf8')),
    ).ICD;
    const file = path.resolve(path.dirname(description), library);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
