import { posix, win32 } from 'node:path';

export interface LibraryCandidate {
  readonly path: string;
  /** False for a bare name, which the system's loader looks up. */
  readonly isFile: boolean;
}

const LINUX_LIBRARY = 'libnvidia-ml.so.1';
/** The loader's own search comes first; these are for systems whose loader does not know the driver's folder. */
const LINUX_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/nvidia/lib64',
  // Windows Subsystem for Linux.
  '/usr/lib/wsl/lib',
  // NixOS.
  '/run/opengl-driver/lib',
] as const;

/** Where NVML's library may lie, best first. Empty on systems that NVIDIA has no driver for. */
export function libraryCandidates(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): LibraryCandidate[] {
  switch (platform) {
    case 'linux':
      return [
        { path: LINUX_LIBRARY, isFile: false },
        ...LINUX_FOLDERS.map((folder) => ({ path: posix.join(folder, LINUX_LIBRARY), isFile: true })),
      ];
    case 'win32':
      return windowsFolders(environment).map((folder) => ({
        path: win32.join(folder, 'nvml.dll'),
        isFile: true,
      }));
    default:
      return [];
  }
}

/** Absolute folders only: a bare name would let a DLL beside the program, or in the current folder, pose as NVML. */
function windowsFolders(environment: Readonly<Record<string, string | undefined>>): string[] {
  const systemRoot = environment.SystemRoot ?? environment.SYSTEMROOT ?? 'C:\\Windows';
  const programFiles = environment.ProgramW6432 ?? environment.ProgramFiles ?? 'C:\\Program Files';
  return [
    win32.join(systemRoot, 'System32'),
    // Older drivers.
    win32.join(programFiles, 'NVIDIA Corporation', 'NVSMI'),
  ].filter((folder) => win32.isAbsolute(folder));
}
