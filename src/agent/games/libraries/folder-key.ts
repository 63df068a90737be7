/** Whether a path is one of Windows: with a drive letter, or of a server. */
export function isWindowsPath(path: string): boolean {
  return /^[A-Za-z]:|^[\\/]{2}/.test(path);
}

/**
 * One form for all spellings of a folder: `/` between segments, none at the end, and lower case where case does not
 * matter, which is on Windows.
 */
export function folderKey(path: string): string {
  let end = path.length;
  while (end > 1 && (path[end - 1] === '/' || path[end - 1] === '\\')) end -= 1;
  const trimmed = path.slice(0, end);
  return isWindowsPath(path) ? trimmed.replaceAll('\\', '/').toLowerCase() : trimmed;
}
