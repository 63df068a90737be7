export type FolderProblem = 'empty' | 'tooLong' | 'relative' | 'duplicate' | 'full';

const LONGEST = 4096;
const MOST = 100;

/** Why a folder cannot join the user's list, or undefined when it can. `/games` and `C:\Games\` are whole paths. */
export function folderProblem(folder: string, list: readonly string[]): FolderProblem | undefined {
  const path = folder.trim();
  if (path === '') return 'empty';
  if (path.length > LONGEST) return 'tooLong';
  if (!/^(\/|[a-z]:[\\/]|\\\\)/i.test(path)) return 'relative';
  if (list.some((other) => withoutEnd(other) === withoutEnd(path))) return 'duplicate';
  return list.length >= MOST ? 'full' : undefined;
}

function withoutEnd(path: string): string {
  return path.replace(/(?<=.)[\\/]+$/, '');
}
