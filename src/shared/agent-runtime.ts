/**
 * How whoever starts the agent keeps it small while it is idle. V8's nursery would grow to 32 MB while the program
 * starts and stay so, and glibc would give each thread a heap of its own; both are fixed before the program runs.
 *
 * What it can do without is off: the debugger that another program of the same user could open with SIGUSR1, and the
 * property through which data could change the prototype of all objects.
 */
export const AGENT_NODE_FLAGS: readonly string[] = [
  '--max-semi-space-size=2',
  '--optimize-for-size',
  '--disable-sigusr1',
  '--disable-proto=delete',
];
export const AGENT_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
