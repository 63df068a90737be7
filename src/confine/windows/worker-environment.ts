/** Windows programs and its loader do not start without these. */
const NEEDED = ['SystemRoot', 'windir', 'SystemDrive'];
/** Where programs and graphics drivers put what they keep; all of it goes into the worker's own folder. */
const FOLDERS = ['TEMP', 'TMP', 'USERPROFILE', 'LOCALAPPDATA', 'APPDATA'];

/**
 * The whole environment of a worker: nothing of the user's but where Windows is.
 * @param outer this process's own
 * @param added what the agent wants set
 */
export function workerEnvironment(
  outer: NodeJS.ProcessEnv,
  folder: string,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of NEEDED) {
    const value = outer[name];
    if (value !== undefined) env[name] = value;
  }
  for (const name of FOLDERS) env[name] = folder;
  if (env.SystemRoot !== undefined) env.PATH = `${env.SystemRoot}\\System32`;
  return { ...env, ...added };
}
