import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

const NVIDIA_VENDOR = '0x10de';

/** A DRM device node through which Vulkan computes, and whose it is. */
export interface RenderNode {
  /** Such as `/dev/dri/renderD128`. */
  readonly device: string;
  /** The number of the NVIDIA card's own node; null: not NVIDIA's; undefined: not known. */
  readonly minorNumber: number | null | undefined;
}

/**
 * The render nodes of the machine, by `/sys/class/drm` and what NVIDIA's driver tells of its cards in
 * `/proc/driver/nvidia/gpus/ADDRESS/information`.
 * @param root of the file system, for tests.
 */
export function findRenderNodes(root = '/'): RenderNode[] {
  return namesIn(path.join(root, 'dev/dri'))
    .filter((name) => /^renderD\d+$/.test(name))
    .map((name) => ({ device: `/dev/dri/${name}`, minorNumber: minorNumberOf(name, root) }));
}

function minorNumberOf(name: string, root: string): RenderNode['minorNumber'] {
  const device = path.join(root, 'sys/class/drm', name, 'device');
  try {
    if (readFileSync(path.join(device, 'vendor'), 'latin1').trim() !== NVIDIA_VENDOR) return null;
    const address = path.basename(readlinkSync(device));
    const file = path.join(root, 'proc/driver/nvidia/gpus', address, 'information');
    const minor = /^Device Minor:\s*(\d+)\s*$/m.exec(readFileSync(file, 'latin1'))?.[1];
    return minor === undefined ? undefined : Number(minor);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
