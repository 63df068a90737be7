import { folderKey } from './folder-key.ts';
import { type MachineFolders, pathsOf } from './machine-folders.ts';

/**
 * Folders of Linux that hold the system; nothing below them is one game's folder. Below `/run` drives are mounted, and
 * sandboxed programs see each folder that they were given as one of `/run/user/UID/doc`.
 */
const SYSTEM_TREES =
  /^\/(usr|bin|sbin|lib[^/]*|etc|proc|sys|dev|boot)(\/|$)|^\/run\/(?!media(\/|$)|user\/\d+\/doc\/[^/])/;
/** Folders of Linux that hold everybody's folders, drives or packages. */
const SHARED_FOLDERS =
  /^\/(home|root|mnt|media|run|opt|var|tmp|srv|snap|app|run\/media)$|^\/(run\/)?media\/[^/]+$|^\/var\/(lib|tmp|opt)$/;
/** Folders of a user that hold more than a game. */
const USER_FOLDERS = ['Desktop', 'Documents', 'Downloads', 'Games', 'AppData', '.config', '.local', '.var'];
const USER_TREES = ['AppData\\Local', 'AppData\\Roaming', '.local/bin', '.local/share', '.steam', '.cache'];
/** Variables of Windows that name folders of the system, or of all programs. */
const SHARED_VARIABLES = ['ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432', 'ProgramData', 'PUBLIC'];

/**
 * Why a folder cannot be one game's folder; undefined: it can. A whole drive, the home folder or the system's folders
 * would make games of all programs.
 */
export async function folderRefusal(folder: string, machine: MachineFolders): Promise<string | undefined> {
  const paths = pathsOf(machine);
  if (folder.includes('\0') || folder.length > 4096) return 'is not a path';
  if (!paths.isAbsolute(folder)) return 'is not an absolute path';
  if (folder.split(/[\\/]/).includes('..')) return 'leads out of itself';
  if (isSharedFolder(folder, machine)) return 'is the folder of more than a game';
  const kind = await machine.files.folderKind(folder);
  if (kind === undefined) return 'is not there';
  return kind === 'drive' ? 'is a whole drive' : undefined;
}

/** Whether this is a drive, the home folder or one above it, or a folder of the system or of all programs. */
export function isSharedFolder(folder: string, machine: MachineFolders): boolean {
  const paths = pathsOf(machine);
  const windows = machine.platform === 'win32';
  const key = (path: string) => folderKey(paths.normalize(path));
  const own = key(folder);
  const isOrLiesBelow = (path: string, above: string) =>
    path === above || path.startsWith(above.endsWith('/') ? above : `${above}/`);

  if (key(paths.parse(folder).root) === own || isOrLiesBelow(key(machine.home), own)) return true;
  const ofUser = [...USER_FOLDERS, ...USER_TREES].map((name) => key(paths.join(machine.home, name)));
  if (ofUser.includes(own)) return true;
  if (!windows) return SYSTEM_TREES.test(own) || SHARED_FOLDERS.test(own);
  const system = machine.environment.SystemRoot ?? 'C:\\Windows';
  if (isOrLiesBelow(own, key(system))) return true;
  const shared = SHARED_VARIABLES.flatMap((name) => machine.environment[name] ?? []);
  return [...shared, 'C:\\Program Files', 'C:\\Program Files (x86)', 'C:\\ProgramData', 'C:\\Users'].some(
    (path) => key(path) === own,
  );
}
