import { helperFiles } from './helper-files.ts';
import type { HelperInstaller } from './helper-installer.ts';
import type { InstallArguments } from './install-arguments.ts';
import { InstallError } from './install-error.ts';

/** Nobody: the numbers of `status` and `remove`, which ask for none. */
const NOBODY = 65_534;

/** The installer of this system. @throws InstallError when there is none for it. */
export async function openInstaller(
  { uid, gid, sid, root }: InstallArguments,
  bundleFolder: string,
  log: (line: string) => void,
): Promise<HelperInstaller> {
  const files = () => helperFiles(bundleFolder, process.platform);
  if (process.platform === 'linux') {
    const { LinuxInstaller } = await import('./installer.linux.ts');
    return new LinuxInstaller({ files, uid: uid ?? NOBODY, gid: gid ?? NOBODY, root, log });
  }
  if (process.platform === 'win32') {
    const { openWin32Installer } = await import('./installer.win32.ts');
    return openWin32Installer({ files, sid, log });
  }
  throw new InstallError(`There is no GPU helper for ${process.platform}.`);
}
