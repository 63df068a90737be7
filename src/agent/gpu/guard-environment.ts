/** What the guard's Node and the driver's library may need: where things are, and how the driver is to behave. */
const NEEDED =
  /^(PATH|HOME|LANG|LC_\w+|TMPDIR|TEMP|TMP|SystemRoot|SystemDrive|windir|ProgramFiles|LD_LIBRARY_PATH|MALLOC_ARENA_MAX|NVML_\w+|NVIDIA_\w+)$/i;

/** The part of the agent's environment that its guard gets: no tokens, nothing that loads code into Node. */
export function guardEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && NEEDED.test(name) ? [[name, value]] : [],
    ),
  );
}
