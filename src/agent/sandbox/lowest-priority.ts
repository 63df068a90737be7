/**
 * The command that runs `file` at the lowest processor priority and without core dumps, which would hold the
 * buyer's data. The shell and `nice` replace themselves, so the pid stays. On Windows the command is as it was.
 */
export function atLowestPriority(file: string, args: readonly string[]): { file: string; args: string[] } {
  if (process.platform === 'win32') return { file, args: [...args] };
  const script = 'ulimit -c 0; exec /usr/bin/nice -n 19 "$@"';
  return { file: '/bin/sh', args: ['-c', script, 'worker', file, ...args] };
}
