/**
 * How whoever starts the agent keeps it small while it is idle. V8's nursery would grow to 32 MB while the program
 * starts and stay so, and glibc would give each thread a heap of its own; both are fixed before the program runs.
 */
export const AGENT_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=2', '--optimize-for-size'];
export const AGENT_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
