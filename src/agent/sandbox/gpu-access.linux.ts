import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { namedVulkanDrivers } from './named-vulkan-drivers.linux.ts';
import { findRenderNodes, type RenderNode } from './render-nodes.linux.ts';
import { sharedLibrariesOf } from './shared-libraries.linux.ts';

const run = promisify(execFile);

/** What a worker needs of the machine to use the GPU. */
export interface GpuAccess {
  readonly devices: readonly string[];
  /** Those of them that are render nodes, with their cards. */
  readonly renderNodes: readonly RenderNode[];
  /** Driver libraries and their descriptions. */
  readonly readOnlyPaths: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export const NO_GPU: GpuAccess = { devices: [], renderNodes: [], readOnlyPaths: [], env: {} };

/** Driver libraries are loaded by name at run time, so `ldd` does not tell them. */
const DRIVER_LIBRARY =
  /^lib(cuda|nvcuvid|nvidia-[\w-]+|GLX_nvidia|EGL_nvidia|vulkan|vulkan_\w+|drm|drm_\w+|cudart|cublas|cublasLt|cudnn\w*|cufft|curand|nvrtc[\w-]*)\.so/;

const DESCRIPTIONS = [
  '/usr/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/sys/bus/pci/devices',
  '/sys/class/drm',
  '/sys/dev/char',
];

/**
 * The GPU device nodes and drivers of this machine; NO_GPU where there are no device nodes and no driver is named.
 * @param environment the agent's own, for drivers that the user names.
 */
export async function findGpuAccess(environment = process.env): Promise<GpuAccess> {
  const renderNodes = findRenderNodes();
  const devices = [...(await nvidiaDevices()), ...renderNodes.map(({ device }) => device)];
  const named = namedVulkanDrivers(environment);
  if (devices.length === 0 && named.descriptions.length === 0) return NO_GPU;
  const drivers = [...named.libraries, ...(devices.length === 0 ? [] : await driverLibraries())];
  const libraries = [...new Set([...drivers, ...(await sharedLibrariesOf(drivers))])];
  const pciRoots = (await namesIn('/sys/devices')).filter((name) => name.startsWith('pci'));
  return {
    devices,
    renderNodes,
    readOnlyPaths: [
      ...libraries,
      ...named.descriptions,
      ...DESCRIPTIONS.filter((file) => existsSync(file)),
      ...pciRoots.map((name) => path.join('/sys/devices', name)),
    ],
    env: {
      LD_LIBRARY_PATH: [...new Set(libraries.map((file) => path.dirname(file)))].join(':'),
      // The only folder a worker can write.
      CUDA_CACHE_PATH: '/tmp/cuda',
      XDG_CACHE_HOME: '/tmp/cache',
      // Reduced precision would make results differ from node to node.
      NVIDIA_TF32_OVERRIDE: '0',
      ...(named.descriptions.length === 0
        ? {}
        : { VK_DRIVER_FILES: named.descriptions.join(path.delimiter) }),
    },
  };
}

/** Whether workers get NVIDIA's devices, and with them what CUDA needs. */
export function usesCuda({ devices }: GpuAccess): boolean {
  return devices.some((device) => device.startsWith('/dev/nvidia'));
}

/**
 * The devices of a worker that was given one NVIDIA card: none of another card, be it NVIDIA's or not.
 * @param minorNumber of the card's device node; null: all cards.
 */
export function devicesFor({ devices, renderNodes }: GpuAccess, minorNumber: number | null): string[] {
  if (minorNumber === null) return [...devices];
  const owners = new Map(renderNodes.map((node) => [node.device, node.minorNumber]));
  return devices.filter((device) => {
    const number = /^\/dev\/nvidia(\d+)$/.exec(device)?.[1];
    const owner = number === undefined ? owners.get(device) : Number(number);
    return owner === undefined || owner === minorNumber;
  });
}

async function nvidiaDevices(): Promise<string[]> {
  return (await namesIn('/dev'))
    .filter((name) => /^nvidia(\d+|ctl|-uvm|-uvm-tools|-modeset)$/.test(name))
    .map((name) => `/dev/${name}`);
}

async function driverLibraries(): Promise<string[]> {
  const { stdout } = await run('/sbin/ldconfig', ['-p'], { env: { LC_ALL: 'C' } });
  const architecture = process.arch === 'x64' ? 'x86-64' : 'AArch64';
  return [...stdout.matchAll(/^\s*(\S+) \((.*)\) => (\/.*)$/gm)].flatMap(
    ([, name = '', kind = '', file = '']) =>
      DRIVER_LIBRARY.test(name) && kind.includes(architecture) && existsSync(file) ? [file] : [],
  );
}

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? readdir(folder) : [];
}
